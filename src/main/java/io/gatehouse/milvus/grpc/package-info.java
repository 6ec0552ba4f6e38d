/**
 * Milvus' gRPC: the RPCs of {@code milvus.proto.milvus.MilvusService} that are about users, and those that clients probe first.
 *
 * <p>The way of a call: {@code grpc.TokenInterceptor}, then an {@code Rpc} (reads the message) → {@code CredentialRpcs}, {@code RoleRpcs},
 * {@code RbacRpcs} or {@code ProbeRpcs} → {@code UserService} or {@code UserTransfer}. Refused: {@code MilvusError} → mostly a {@code
 * Status} inside of a reply, for a few problems a status of gRPC ({@code grpc.Refusals}).
 */
@NullMarked
@ApplicationModule(
        displayName = "milvus.grpc",
        allowedDependencies = {"caller", "grpc", "milvus", "password", "problem", "throttle", "user", "user :: transfer"
        })
package io.gatehouse.milvus.grpc;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
