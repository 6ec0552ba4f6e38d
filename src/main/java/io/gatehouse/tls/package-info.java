/**
 * TLS: the certificates and keys of Milvus' settings, judged at the start and read again when their files change.
 *
 * <p>{@code Certificates} reads and judges the files, {@link io.gatehouse.tls.Tls} gives each new connection its handler. Which connections
 * speak TLS does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "settings")
package io.gatehouse.tls;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
