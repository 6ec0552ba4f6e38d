/**
 * gRPC: the RPCs of {@code milvus.proto.milvus.MilvusService} that are about users, those that clients probe first, {@code
 * grpc.health.v1}, and Envoy's question about the token of a request ({@code CheckRpcs}, for {@code gateway}).
 *
 * <p>The way of a call: {@code TokenInterceptor} (metadata, then the {@code Caller}; in front of every method, ours or not) → an
 * {@code Rpc} (reads the message) → {@code CredentialRpcs}, {@code RoleRpcs}, {@code RbacRpcs} or {@code ProbeRpcs} →
 * {@code UserService} or {@code UserTransfer}. Refused: {@code MilvusError} → mostly a {@code Status} inside of a reply, for a few problems a status of gRPC ({@code Refusals}). What is
 * not listed there ends in {@code UnknownMethods}. {@code GrpcConfiguration} hands all of it to whoever owns the port, which does
 * not belong here.
 */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "address",
            "authentication",
            "caller",
            "gateway",
            "milvus",
            "password",
            "problem",
            "throttle",
            "user"
        })
package io.gatehouse.milvus.grpc;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
