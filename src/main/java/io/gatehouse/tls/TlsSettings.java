package io.gatehouse.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Milvus' settings for the files of TLS, all in PEM form. They are read again when they change.
 *
 * @param serverPemPath server certificate and its intermediate certificates
 * @param serverKeyPath private key of the server, unencrypted
 * @param caPemPath authorities of client certificates, for {@code tlsMode} 2
 */
@ConfigurationProperties("tls")
record TlsSettings(
        @Nullable Path serverPemPath,
        @Nullable Path serverKeyPath,
        @Nullable Path caPemPath) {}
