package io.gatehouse.milvus.grpc;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.gatehouse.throttle.CountByNetwork;
import io.gatehouse.throttle.Network;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls that need no token: the two methods of {@code grpc.health.v1}, as probes have none, and Envoy's {@code Check}, which asks about
 * somebody else's. Whoever opens one may take any time to send its message, so there is room for so many that wait for theirs, and no more.
 */
final class OpenCalls {

    /** The most of all networks together. */
    static final int MOST = 4096;

    /** The most of one network: of a proxy that was not answered for a moment, each call of some connections. */
    static final int MOST_OF_A_NETWORK = 2048;

    private static final Set<String> METHODS = Set.of(
            HealthGrpc.getCheckMethod().getFullMethodName(),
            HealthGrpc.getWatchMethod().getFullMethodName(),
            AuthorizationGrpc.getCheckMethod().getFullMethodName());

    private final Semaphore room = new Semaphore(MOST);
    private final CountByNetwork waiting = new CountByNetwork(MOST_OF_A_NETWORK);

    static boolean isOpen(String fullMethodName) {
        return METHODS.contains(fullMethodName);
    }

    /** Goes on with the call, unless too many wait already. */
    <Q, R> ServerCall.Listener<Q> start(ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        String network = Network.of(GrpcCall.address(call));
        if (!enter(network)) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription("too many calls without a token at once"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        var left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                leave(network);
            }
        };
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(call, metadata);
        } catch (RuntimeException e) {
            leave.run();
            throw e;
        }
        return new SimpleForwardingServerCallListener<>(listener) {

            @Override
            public void onMessage(Q message) {
                leave.run();
                super.onMessage(message);
            }

            @Override
            public void onComplete() {
                leave.run();
                super.onComplete();
            }

            @Override
            public void onCancel() {
                leave.run();
                super.onCancel();
            }
        };
    }

    private boolean enter(String network) {
        if (!room.tryAcquire()) {
            return false;
        }
        if (!waiting.enter(network)) {
            room.release();
            return false;
        }
        return true;
    }

    private void leave(String network) {
        waiting.leave(network);
        room.release();
    }
}
