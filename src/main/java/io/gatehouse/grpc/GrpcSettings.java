package io.gatehouse.grpc;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Milvus' limits on messages.
 *
 * @param serverMaxRecvSize most bytes of a received gRPC message, and of all RestoreRBAC messages together (at most an eighth of the
 *     heap); all other messages share 16 MiB
 * @param serverMaxSendSize most bytes of a sent gRPC message
 */
@Validated
@ConfigurationProperties("proxy.grpc")
public record GrpcSettings(
        @DefaultValue("67108864") @Min(1024) int serverMaxRecvSize,
        @DefaultValue("268435456") @Min(1024) int serverMaxSendSize) {}
