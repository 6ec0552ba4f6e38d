package io.gatehouse.grpc;

import com.google.protobuf.Empty;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import org.jspecify.annotations.Nullable;

/**
 * Answers the methods of Milvus' proto that Gatehouse does not have, so that the interceptors stand in front of them too: gRPC's server
 * would refuse such a method without asking them. All go by one name in the metrics. What is no method of the proto does not come this
 * far ({@code GrpcConfiguration}).
 */
final class UnknownMethods extends HandlerRegistry {

    private static final String TEXT = "not implemented: this is Gatehouse, which keeps users only";

    /** No message of these methods is read. */
    private static final Marshaller<Empty> UNUSED = ProtoUtils.marshaller(Empty.getDefaultInstance());

    private static final MethodDescriptor<Empty, Empty> ANY = MethodDescriptor.newBuilder(UNUSED, UNUSED)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName("unknown/unknown")
            .build();

    private static final ServerMethodDefinition<?, ?> REFUSED = ServerMethodDefinition.create(ANY, (call, metadata) -> {
        call.close(Status.UNIMPLEMENTED.withDescription(TEXT), new Metadata());
        return new ServerCall.Listener<>() {};
    });

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
        return REFUSED;
    }
}
