package io.gatehouse.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Milvus' settings for the files of TLS, all in PEM form. They are read again when they change.
 *
 * @param serverPemPath the server's certificate, followed by those between it and its authority
 * @param serverKeyPath the private key of that certificate, not encrypted
 * @param caPemPath the authorities whose clients are let in where {@code common.security.tlsMode} is 2
 */
@ConfigurationProperties("tls")
record TlsSettings(
        @Nullable Path serverPemPath,
        @Nullable Path serverKeyPath,
        @Nullable Path caPemPath) {}
