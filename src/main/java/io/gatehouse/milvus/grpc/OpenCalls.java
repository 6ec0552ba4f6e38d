package io.gatehouse.milvus.grpc;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.gatehouse.throttle.CountByNetwork;
import io.gatehouse.throttle.Holders;
import io.gatehouse.throttle.Network;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.Optional;
import java.util.Set;

/**
 * The calls that need no token: the two methods of {@code grpc.health.v1}, as probes have none, and Envoy's {@code Check}, which asks about
 * somebody else's. Whoever opens one may take any time to send its message, so there is room for so many that wait for theirs, and no more: when there
 * is none, the oldest call of the network with the most of them is refused.
 */
final class OpenCalls {

    /** The most of all networks together. */
    static final int MOST = 4096;

    /** The most of one network: of a proxy that was not answered for a moment, each call of some connections. */
    static final int MOST_OF_A_NETWORK = 1024;

    private static final Set<String> METHODS = Set.of(
            HealthGrpc.getCheckMethod().getFullMethodName(),
            HealthGrpc.getWatchMethod().getFullMethodName(),
            AuthorizationGrpc.getCheckMethod().getFullMethodName());

    private final CountByNetwork shares = new CountByNetwork(MOST_OF_A_NETWORK);
    private final Holders<Waiting> holders = new Holders<>();
    private int count;

    static boolean isOpen(String fullMethodName) {
        return METHODS.contains(fullMethodName);
    }

    /** Goes on with the call, unless too many of its network wait already. When too many of all wait, another one is refused. */
    <Q, R> ServerCall.Listener<Q> start(ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        var waiting = new Waiting(Network.of(GrpcCall.address(call)), () -> refuse(call));
        if (!enter(waiting)) {
            refuse(call);
            return new ServerCall.Listener<>() {};
        }
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(call, metadata);
        } catch (RuntimeException e) {
            leave(waiting);
            throw e;
        }
        return new SimpleForwardingServerCallListener<>(listener) {

            @Override
            public void onMessage(Q message) {
                if (leave(waiting)) {
                    super.onMessage(message);
                }
            }

            @Override
            public void onHalfClose() {
                if (leave(waiting)) {
                    super.onHalfClose();
                }
            }

            @Override
            public void onComplete() {
                leave(waiting);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                leave(waiting);
                super.onCancel();
            }
        };
    }

    private static void refuse(ServerCall<?, ?> call) {
        call.close(Status.RESOURCE_EXHAUSTED.withDescription("too many calls without a token at once"), new Metadata());
    }

    private boolean enter(Waiting call) {
        Optional<Waiting> displaced = Optional.empty();
        synchronized (this) {
            if (!shares.enter(call.network)) {
                return false;
            }
            if (count == MOST) {
                displaced = holders.makeRoom(call.network);
                if (displaced.isEmpty()) {
                    shares.leave(call.network);
                    return false;
                }
                end(displaced.get(), State.DISPLACED);
            }
            holders.addIdle(call.network, call);
            count++;
        }
        displaced.ifPresent(other -> other.refuse.run());
        return true;
    }

    /** Returns false when the call was refused in the meantime. */
    private synchronized boolean leave(Waiting call) {
        if (call.state == State.WAITING) {
            holders.remove(call.network, call);
            end(call, State.LEFT);
        }
        return call.state == State.LEFT;
    }

    private void end(Waiting call, State state) {
        call.state = state;
        shares.leave(call.network);
        count--;
    }

    private enum State {
        WAITING,
        LEFT,
        DISPLACED
    }

    /** A call whose message has not come; its state is guarded by the lock of all. */
    private static final class Waiting {

        private final String network;
        private final Runnable refuse;
        private State state = State.WAITING;

        Waiting(String network, Runnable refuse) {
            this.network = network;
            this.refuse = refuse;
        }
    }
}
