package io.gatehouse.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** The time in microseconds, which both databases keep; no two calls get the same, so that the order of events is that of times. */
@Component
class AuditClock {

    private final AtomicLong last = new AtomicLong();

    Instant next() {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return Instant.EPOCH.plus(last.updateAndGet(before -> Math.max(before + 1, now)), ChronoUnit.MICROS);
    }
}
