package io.gatehouse.milvus.grpc;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls that need no token: the two methods of {@code grpc.health.v1}, as probes have none, and Envoy's {@code Check}, which asks about
 * somebody else's. Whoever opens one may take any time to send its message, so there is room for so many that wait for theirs, and no more.
 */
final class OpenCalls {

    /** The most of all addresses together. */
    static final int MOST = 4096;

    /** The most of one address: of a proxy that was not answered for a moment, each call of some connections. */
    static final int MOST_OF_AN_ADDRESS = 2048;

    private static final Set<String> METHODS = Set.of(
            HealthGrpc.getCheckMethod().getFullMethodName(),
            HealthGrpc.getWatchMethod().getFullMethodName(),
            AuthorizationGrpc.getCheckMethod().getFullMethodName());

    private final Semaphore room = new Semaphore(MOST);
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

    static boolean isOpen(String fullMethodName) {
        return METHODS.contains(fullMethodName);
    }

    /** Goes on with the call, unless too many wait already. */
    <Q, R> ServerCall.Listener<Q> start(ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        String address = GrpcCall.address(call);
        if (!enter(address)) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription("too many calls without a token at once"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        var left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                leave(address);
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

    private boolean enter(String address) {
        if (!room.tryAcquire()) {
            return false;
        }
        if (waiting.merge(address, 1, Integer::sum) > MOST_OF_AN_ADDRESS) {
            leave(address);
            return false;
        }
        return true;
    }

    private void leave(String address) {
        waiting.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        room.release();
    }
}
