package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketListener;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LockFreeBucket;
import java.time.Duration;

/**
 * The failed logins of one guesser: a bucket of free ones, then waits of 1, 2, 4 … seconds.
 *
 * <p>An attempt is counted when it begins, and given back when it turns out not to have failed: guesses that are under way at the
 * same moment can be no more than the free ones. Beyond these, one at a time may begin.
 */
final class Failures {

    private final Rule rule;
    private final LockFreeBucket free;
    private boolean forgotten;
    private boolean oneBeyondFree;
    private int waits;
    private boolean waiting;
    private long waitEnds;

    Failures(Rule rule) {
        this.rule = rule;
        this.free = new LockFreeBucket(rule.free, MathType.INTEGER_64_BITS, rule, BucketListener.NOPE);
    }

    /** How an attempt begins, or that it does not. */
    enum Begin {
        /** As one of the free ones. */
        FREE,
        /** As the one beyond the free ones. */
        BEYOND_FREE,
        /** Not now. */
        REFUSED,
        /** This count is not the one to ask any more. */
        FORGOTTEN
    }

    /** Counts an attempt. */
    synchronized Begin begin() {
        if (forgotten) {
            return Begin.FORGOTTEN;
        }
        if (!leftOfWait().isZero()) {
            return Begin.REFUSED;
        }
        if (free.tryConsume(1)) {
            return Begin.FREE;
        }
        if (oneBeyondFree) {
            return Begin.REFUSED;
        }
        oneBeyondFree = true;
        return Begin.BEYOND_FREE;
    }

    synchronized void failed(Begin attempt) {
        if (attempt == Begin.BEYOND_FREE) {
            oneBeyondFree = false;
            waiting = true;
            waitEnds = rule.ticker.read() + rule.wait(waits).toNanos();
            waits++;
        }
    }

    synchronized void giveBack(Begin attempt) {
        if (attempt == Begin.BEYOND_FREE) {
            oneBeyondFree = false;
        } else {
            free.addTokens(1);
        }
    }

    /** Ends this count unless it counts something; nothing begins by it afterwards. */
    synchronized boolean forgetIfUnused() {
        forgotten = !waiting && !oneBeyondFree && free.getAvailableTokens() == rule.freePerWindow;
        return forgotten;
    }

    /** How long nothing may begin; zero when something may. */
    synchronized Duration remainingWait() {
        Duration wait = leftOfWait();
        return wait.isZero() && oneBeyondFree && free.getAvailableTokens() == 0 ? Rule.FIRST_WAIT : wait;
    }

    private Duration leftOfWait() {
        return waiting ? Duration.ofNanos(Math.max(0, waitEnds - rule.ticker.read())) : Duration.ZERO;
    }

    /** What is free and how waits grow: one for all counts of a kind, so that each of them is small. */
    static final class Rule implements TimeMeter {

        /** The time in which the free failures come back. */
        static final Duration WINDOW = Duration.ofMinutes(1);

        private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

        /** Doubled this often, the first wait is longer than any setting. */
        private static final int MOST_DOUBLINGS = 40;

        private final BucketConfiguration free;
        private final int freePerWindow;
        private final Duration longestWait;
        private final Ticker ticker;

        Rule(int freePerWindow, Duration longestWait, Ticker ticker) {
            this.free = BucketConfiguration.builder()
                    .addLimit(limit -> limit.capacity(freePerWindow).refillIntervally(freePerWindow, WINDOW))
                    .build();
            this.freePerWindow = freePerWindow;
            this.longestWait = longestWait;
            this.ticker = ticker;
        }

        private Duration wait(int earlierWaits) {
            Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(earlierWaits, MOST_DOUBLINGS));
            return doubled.compareTo(longestWait) < 0 ? doubled : longestWait;
        }

        @Override
        public long currentTimeNanos() {
            return ticker.read();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
