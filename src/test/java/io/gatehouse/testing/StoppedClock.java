package io.gatehouse.testing;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A time that stands still unless told: nothing that is waited for ends because a machine is slow. */
public final class StoppedClock implements Ticker {

    private final AtomicLong now = new AtomicLong(1);

    public void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Override
    public long read() {
        return now.get();
    }
}
