package io.gatehouse.throttle;

import io.gatehouse.problem.Problem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a guesser wait for being refused without a hash: by the throttle, or for want of a place in the hash queue. Such a refusal
 * costs so little that a client which sends the next guess at once gets tens of thousands a second, and takes the processor from
 * everybody else. No thread waits with it.
 */
public class HeldRefusals {

    private static final Logger log = LoggerFactory.getLogger(HeldRefusals.class);

    /** Each keeps a request in memory; further ones are refused at once. */
    private static final int MOST = 1000;

    private final Duration shortest;
    private final Semaphore places = new Semaphore(MOST);

    /**
     * Begins without any.
     *
     * @param shortest how long a refusal is held at least; 0 to hold none
     */
    public HeldRefusals(Duration shortest) {
        this.shortest = shortest;
    }

    /**
     * Answers a refused request later, where it is one to be held back.
     *
     * @param reason why it is refused
     * @param held called at once when it is held back; gives what answers it, which must not wait for anything
     * @return whether it is held back; otherwise it is still to be answered
     */
    public boolean hold(Problem reason, Supplier<Runnable> held) {
        boolean cheap = reason.kind() == Problem.Kind.THROTTLED || reason.kind() == Problem.Kind.OVERLOADED;
        if (!cheap || shortest.isZero() || !places.tryAcquire()) {
            return false;
        }
        boolean holds = false;
        try {
            Runnable answer = held.get();
            later().execute(() -> {
                places.release();
                answer(answer);
            });
            holds = true;
        } finally {
            if (!holds) {
                places.release();
            }
        }
        return true;
    }

    /** Answers that are held equally long come back to a crowd of guessers at one moment, and so do their next guesses. */
    private Executor later() {
        long millis = shortest.toMillis();
        return CompletableFuture.delayedExecutor(
                millis + ThreadLocalRandom.current().nextLong(millis + 1), TimeUnit.MILLISECONDS, Runnable::run);
    }

    private static void answer(Runnable answer) {
        try {
            answer.run();
        } catch (RuntimeException e) {
            log.error("a refusal that was held back could not be sent", e);
        }
    }
}
