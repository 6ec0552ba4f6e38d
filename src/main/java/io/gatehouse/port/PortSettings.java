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
 * @param grpcConnections most gRPC connections
 * @param httpConnections most HTTP connections
 * @param undecidedConnections most connections whose protocol is not yet known
 * @param connectionsPerAddress most connections from one address (IPv6: /64); {@code gatehouse.trusted-proxies} are exempt
 * @param handshakeTimeout time limit for TLS and the first bytes
 * @param requestTimeout time limit for one HTTP request to arrive
 * @param idleTimeout how long an HTTP connection may be silent while an answer is due
 * @param unverifiedIdleTimeout time until an idle connection without a valid token is closed
 * @param certificateCheck how often TLS files are checked for changes
 * @param socketDirectory folder of the private socket to the servlet container; by default the system's temporary folder
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
