package io.gatehouse.milvus.grpc;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of gRPC for which Milvus has no key.
 *
 * @param callsPerConnection the most calls that one connection may have under way; further ones wait in the client
 * @param backupRbac whether administrators may take users with their password hashes out and in (BackupRBAC, RestoreRBAC)
 */
@Validated
@ConfigurationProperties("gatehouse.grpc")
record GatehouseGrpcSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int callsPerConnection,
        @DefaultValue("false") boolean backupRbac) {}
