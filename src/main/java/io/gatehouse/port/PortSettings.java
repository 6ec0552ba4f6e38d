package io.gatehouse.port;

import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many connections the port takes, and for how long one may be silent or slow.
 *
 * @param grpcConnections the most gRPC connections at once
 * @param httpConnections the most HTTP connections at once
 * @param undecidedConnections the most connections at once that have not yet shown whether they are gRPC or HTTP
 * @param connectionsPerAddress the most connections at once from one address, of all kinds; the addresses of an IPv6 network (/64)
 *     count as one, and those of {@code gatehouse.trusted-proxies} are not limited
 * @param handshakeTimeout how long a new connection may take for TLS and its first bytes
 * @param requestTimeout how long a client may take to send one HTTP request
 * @param idleTimeout how long an HTTP connection may be silent in both directions while an answer is due
 * @param unverifiedIdleTimeout how long nothing may be asked over a connection over which no valid token came; then it is closed
 * @param certificateCheck how often the files of TLS are looked at for changes
 * @param socketDirectory where the private folder of the socket to the servlet container is made; the system's temporary folder when
 *     absent
 */
@Validated
@ConfigurationProperties("gatehouse.front")
record PortSettings(
        @DefaultValue("1000") @Min(1) int grpcConnections,
        @DefaultValue("1000") @Min(1) int httpConnections,
        @DefaultValue("500") @Min(1) int undecidedConnections,
        @DefaultValue("200") @Min(1) int connectionsPerAddress,
        @DefaultValue("10s") Duration handshakeTimeout,
        @DefaultValue("30s") Duration requestTimeout,
        @DefaultValue("60s") Duration idleTimeout,

        @DefaultValue("30s") @DurationMin(millis = 1) Duration unverifiedIdleTimeout,

        @DefaultValue("10s") Duration certificateCheck,
        @Nullable Path socketDirectory) {}
