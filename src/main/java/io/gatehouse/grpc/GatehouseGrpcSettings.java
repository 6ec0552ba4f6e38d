package io.gatehouse.grpc;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of gRPC for which Milvus has no key.
 *
 * @param callsPerConnection the most calls that one connection may have under way; further ones wait in the client
 * @param requestTimeout how long a client may take to send the request of a call once it has begun it, 1 millisecond to 1 hour; then the call ends with
 *     DEADLINE_EXCEEDED
 * @param backupRbac whether administrators may take users with their password hashes out and in (BackupRBAC, RestoreRBAC)
 */
@Validated
@ConfigurationProperties("gatehouse.grpc")
public record GatehouseGrpcSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int callsPerConnection,

        @DefaultValue("30s") @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration requestTimeout,

        @DefaultValue("false") boolean backupRbac) {}
