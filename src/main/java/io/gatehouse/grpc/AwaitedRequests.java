package io.gatehouse.grpc;

import io.gatehouse.throttle.Places;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose request has not come, all of it: its headers take memory, and a client may keep the rest back. Each call may take some time for it, and
 * there is room for so many, with a share for each network: when there is none, the oldest call of the network with the most of them is refused.
 */
final class AwaitedRequests {

    private final Places<Waiting> places;
    private final Duration timeout;
    private final Status tooMany;

    /**
     * Makes room for calls.
     *
     * @param most the most of all networks together
     * @param mostOfANetwork the most of one network
     * @param timeout how long a request may take
     * @param tooMany what a call is told for which there is no room
     */
    AwaitedRequests(int most, int mostOfANetwork, Duration timeout, String tooMany) {
        Status refusal = Status.RESOURCE_EXHAUSTED.withDescription(tooMany);
        this.places = new Places<>(most, mostOfANetwork, displaced -> displaced.refuse(refusal));
        this.timeout = timeout;
        this.tooMany = refusal;
    }

    /**
     * Goes on with the call, unless too many of its network wait already. When too many of all wait, another one is refused.
     *
     * @param network the caller's, as {@code address.Network} names it
     * @param next starts the call
     */
    <Q> ServerCall.Listener<Q> start(String network, ServerCall<Q, ?> call, Supplier<ServerCall.Listener<Q>> next) {
        var waiting = new Waiting(network, call);
        if (!places.enter(network, waiting)) {
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
                if (!waiting.isRefused()) {
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
    int count() {
        return places.count();
    }

    /** Returns false when the call was refused in the meantime. */
    private boolean leave(Waiting call) {
        places.leave(call.network, call);
        return call.leave();
    }

    private void expire(Waiting call) {
        if (places.leave(call.network, call)) {
            call.refuse(Status.DEADLINE_EXCEEDED.withDescription(
                    "the request did not come within %d ms (gatehouse.grpc.request-timeout)"
                            .formatted(timeout.toMillis())));
        }
    }

    /** A call whose request has not come. */
    private static final class Waiting {

        private final String network;
        private final ServerCall<?, ?> call;
        private final CompletableFuture<@Nullable Void> arrival = new CompletableFuture<>();
        private boolean left;
        private boolean refused;

        Waiting(String network, ServerCall<?, ?> call) {
            this.network = network;
            this.call = call;
        }

        boolean leave() {
            arrival.complete(null);
            synchronized (this) {
                left = !refused;
                return left;
            }
        }

        synchronized boolean isRefused() {
            return refused;
        }

        /** Does nothing to a call that has left. */
        void refuse(Status status) {
            synchronized (this) {
                if (left) {
                    return;
                }
                refused = true;
            }
            arrival.complete(null);
            call.close(status, new Metadata());
        }
    }
}
