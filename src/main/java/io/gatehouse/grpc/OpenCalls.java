package io.gatehouse.grpc;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.gatehouse.address.Network;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.Set;

/**
 * The calls that need no token: the two methods of {@code grpc.health.v1}, as probes have none, and Envoy's {@code Check}, which asks about
 * somebody else's.
 */
final class OpenCalls {

    /** The most of all networks together that wait for their request. */
    static final int MOST = 4096;

    /** The most of one network: of a proxy that was not answered for a moment, each call of some connections. */
    static final int MOST_OF_A_NETWORK = 1024;

    private static final Set<String> METHODS = Set.of(
            HealthGrpc.getCheckMethod().getFullMethodName(),
            HealthGrpc.getWatchMethod().getFullMethodName(),
            AuthorizationGrpc.getCheckMethod().getFullMethodName());

    private final AwaitedRequests awaited;

    OpenCalls(Duration requestTimeout) {
        awaited =
                new AwaitedRequests(MOST, MOST_OF_A_NETWORK, requestTimeout, "too many calls without a token at once");
    }

    static boolean isOpen(String fullMethodName) {
        return METHODS.contains(fullMethodName);
    }

    /** Goes on with the call, as {@link AwaitedRequests#start}. */
    <Q, R> ServerCall.Listener<Q> start(ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        return awaited.start(Network.of(GrpcCall.address(call)), call, () -> next.startCall(call, metadata));
    }
}
