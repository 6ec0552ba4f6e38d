package io.gatehouse.grpc;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Milvus' limits on messages.
 *
 * @param serverMaxRecvSize the most bytes of a message received over gRPC, and of all of RestoreRBAC together, which have an eighth of the
 *     heap at most; all others together have 16 MiB
 * @param serverMaxSendSize the most bytes of a message that is sent over gRPC
 */
@Validated
@ConfigurationProperties("proxy.grpc")
public record GrpcSettings(
        @DefaultValue("67108864") @Min(1024) int serverMaxRecvSize,
        @DefaultValue("268435456") @Min(1024) int serverMaxSendSize) {}
