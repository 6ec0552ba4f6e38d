package io.gatehouse.authentication;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells how often any caller began to wait. */
final class WatchedCallers extends WaitingCallers {

    private final AtomicInteger begun = new AtomicInteger();

    int begun() {
        return begun.get();
    }

    @Override
    <T> T await(String network, CompletableFuture<T> outcome) {
        begun.incrementAndGet();
        return super.await(network, outcome);
    }
}
