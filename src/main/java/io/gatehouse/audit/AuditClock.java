package io.gatehouse.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * The time of events in microseconds, which both databases keep. It grows from call to call, so that the order of events is that of
 * their times, unless the clock itself is set back by a second or more.
 */
@Component
class AuditClock {

    /** What the synchronization of clocks takes back now and then; more is a correction, which is followed. */
    private static final long LARGEST_SLIP_MICROS = TimeUnit.SECONDS.toMicros(1);

    private final AtomicLong last = new AtomicLong();

    Instant next() {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, now());
        long next = last.updateAndGet(before -> now > before || before - now >= LARGEST_SLIP_MICROS ? now : before + 1);
        return Instant.EPOCH.plus(next, ChronoUnit.MICROS);
    }

    Instant now() {
        return Instant.now();
    }
}
