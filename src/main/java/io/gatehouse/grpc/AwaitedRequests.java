package io.gatehouse.grpc;

import io.gatehouse.address.CountByNetwork;
import io.gatehouse.throttle.Holders;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose request has not come, all of it: its headers take memory, and a client may keep the rest back. Each call may take some time for it, and
 * there is room for so many, with a share for each network: when there is none, the oldest call of the network with the most of them is refused.
 */
final class AwaitedRequests {

    private final CountByNetwork shares;
    private final Holders<Waiting> holders = new Holders<>();
    private final int most;
    private final Duration timeout;
    private final Status tooMany;
    private int count;

    /**
     * Makes room for calls.
     *
     * @param most the most of all networks together
     * @param mostOfANetwork the most of one network
     * @param timeout how long a request may take
     * @param tooMany what a call is told for which there is no room
     */
    AwaitedRequests(int most, int mostOfANetwork, Duration timeout, String tooMany) {
        this.shares = new CountByNetwork(mostOfANetwork);
        this.most = most;
        this.timeout = timeout;
        this.tooMany = Status.RESOURCE_EXHAUSTED.withDescription(tooMany);
    }

    /**
     * Goes on with the call, unless too many of its network wait already. When too many of all wait, another one is refused.
     *
     * @param network the caller's, as {@code address.Network} names it
     * @param next starts the call
     */
    <Q> ServerCall.Listener<Q> start(String network, ServerCall<Q, ?> call, Supplier<ServerCall.Listener<Q>> next) {
        var waiting = new Waiting(network, call);
        if (!enter(waiting)) {
            waiting.refuse(tooMany);
            return new ServerCall.Listener<>() {};
        }
        ServerCall.Listener<Q> listener;
        try {
            listener = next.get();
        } catch (RuntimeException e) {
            leave(waiting);
            throw e;
        }
        // Completes with the arrival, which tells no more
        var unused = waiting.arrival
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    expire(waiting);
                    return null;
                });
        return new SimpleForwardingServerCallListener<>(listener) {

            /** No method is asked before the whole request is there. */
            @Override
            public void onMessage(Q message) {
                if (isAwaited(waiting)) {
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

    /** How many wait. */
    synchronized int count() {
        return count;
    }

    private boolean enter(Waiting call) {
        Optional<Waiting> displaced = Optional.empty();
        synchronized (this) {
            if (!shares.enter(call.network)) {
                return false;
            }
            if (count == most) {
                displaced = holders.makeRoom(call.network);
                if (displaced.isEmpty()) {
                    shares.leave(call.network);
                    return false;
                }
                end(displaced.get(), State.REFUSED);
            }
            holders.addIdle(call.network, call);
            count++;
        }
        displaced.ifPresent(other -> other.refuse(tooMany));
        return true;
    }

    private synchronized boolean isAwaited(Waiting call) {
        return call.state == State.WAITING;
    }

    /** Returns false when the call was refused in the meantime. */
    private boolean leave(Waiting call) {
        boolean isThere;
        synchronized (this) {
            if (call.state == State.WAITING) {
                holders.remove(call.network, call);
                end(call, State.LEFT);
            }
            isThere = call.state == State.LEFT;
        }
        call.arrival.complete(null);
        return isThere;
    }

    private void expire(Waiting call) {
        synchronized (this) {
            if (call.state != State.WAITING) {
                return;
            }
            holders.remove(call.network, call);
            end(call, State.REFUSED);
        }
        call.refuse(Status.DEADLINE_EXCEEDED.withDescription(
                "the request did not come within %d ms (gatehouse.grpc.request-timeout)"
                        .formatted(timeout.toMillis())));
    }

    private void end(Waiting call, State state) {
        call.state = state;
        shares.leave(call.network);
        count--;
    }

    private enum State {
        WAITING,
        LEFT,
        REFUSED
    }

    /** A call whose request has not come; its state is guarded by the lock of all. */
    private static final class Waiting {

        private final String network;
        private final ServerCall<?, ?> call;
        private final CompletableFuture<@Nullable Void> arrival = new CompletableFuture<>();
        private State state = State.WAITING;

        Waiting(String network, ServerCall<?, ?> call) {
            this.network = network;
            this.call = call;
        }

        void refuse(Status status) {
            arrival.complete(null);
            call.close(status, new Metadata());
        }
    }
}
