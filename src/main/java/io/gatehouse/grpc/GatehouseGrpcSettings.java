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
 * @param callsPerConnection most concurrent calls of one connection; the client queues further calls
 * @param requestTimeout time limit for the request of a call, 1 millisecond to 1 hour; then DEADLINE_EXCEEDED
 * @param backupRbac lets administrators export and import users with their hashes (BackupRBAC, RestoreRBAC)
 */
@Validated
@ConfigurationProperties("gatehouse.grpc")
public record GatehouseGrpcSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int callsPerConnection,

        @DefaultValue("30s") @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration requestTimeout,

        @DefaultValue("false") boolean backupRbac) {}
