package io.gatehouse.authentication;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.Places;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.stereotype.Component;

/**
 * The callers who wait for another call's verification of their token. Each holds a request thread, so there is room for few of them:
 * together with the hash queue they leave threads to callers who wait for nothing. When there is no room, the oldest one of the network
 * with the most of them is refused. May be used by all threads.
 */
@Component
class WaitingCallers {

    /** The most of all networks together. With the 100 places of the hash queue they leave a fifth of Jetty's 200 threads. */
    static final int MOST = 60;

    /** The most of one network, as in the hash queue. */
    static final int MOST_OF_A_NETWORK = 40;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Places<CompletableFuture<?>> places =
            new Places<>(MOST, MOST_OF_A_NETWORK, displaced -> displaced.cancel(false));

    /**
     * Waits for what another call finds.
     *
     * @param network the waiting caller's, as {@code address.Network} names it
     * @throws ProblemException {@link Problem#OVERLOADED} when there is no room, or no longer any
     * @throws CompletionException with the failure of the other call
     */
    <T> T await(String network, CompletableFuture<T> outcome) {
        CompletableFuture<T> mine = outcome.copy();
        if (!places.enter(network, mine)) {
            throw overloaded();
        }
        try {
            return mine.join();
        } catch (CancellationException e) {
            throw overloaded();
        } finally {
            places.leave(network, mine);
        }
    }

    /** How many wait. */
    int count() {
        return places.count();
    }

    private static ProblemException overloaded() {
        return new ProblemException(Problem.OVERLOADED, "too many passwords are being checked")
                .withRetryAfter(RETRY_AFTER);
    }
}
