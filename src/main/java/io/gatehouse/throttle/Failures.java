package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** The failed logins of one guesser: a bucket of free ones, then waits of 1, 2, 4 … seconds. */
final class Failures {

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private final Bucket free;
    private final BackOffExecution waits;
    private final Ticker ticker;
    private boolean waiting;
    private long waitEnds;

    Failures(int freePerMinute, Duration longestWait, Ticker ticker) {
        this.ticker = ticker;
        this.free = Bucket.builder()
                .withCustomTimePrecision(new TickerMeter(ticker))
                .addLimit(limit -> limit.capacity(freePerMinute).refillIntervally(freePerMinute, Duration.ofMinutes(1)))
                .build();
        var backOff = new ExponentialBackOff(FIRST_WAIT.toMillis(), 2);
        backOff.setMaxInterval(longestWait.toMillis());
        this.waits = backOff.start();
    }

    synchronized void add() {
        if (!free.tryConsume(1)) {
            waiting = true;
            waitEnds = ticker.read() + Duration.ofMillis(waits.nextBackOff()).toNanos();
        }
    }

    synchronized Duration remainingWait() {
        return waiting ? Duration.ofNanos(Math.max(0, waitEnds - ticker.read())) : Duration.ZERO;
    }

    private record TickerMeter(Ticker ticker) implements TimeMeter {

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
