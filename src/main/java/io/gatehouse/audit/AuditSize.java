package io.gatehouse.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * How large the trail is, about: measured from time to time, and reckoned in between from what this process writes and deletes. What
 * other replicas write is in it from the next time on.
 */
@Component
class AuditSize {

    private static final long UNKNOWN = -1;

    private final AtomicLong bytes = new AtomicLong(UNKNOWN);

    AuditSize(AuditSettings settings, MeterRegistry registry) {
        Gauge.builder("gatehouse.audit.size", bytes, AuditSize::orNaN)
                .baseUnit("bytes")
                .description("About how large the audit trail is in the database")
                .register(registry);
        Gauge.builder("gatehouse.audit.max.size", settings.maxSize(), max -> (double) max.toBytes())
                .baseUnit("bytes")
                .description("How large the audit trail may be: beyond it the oldest events go")
                .strongReference(true)
                .register(registry);
    }

    boolean isKnown() {
        return bytes.get() != UNKNOWN;
    }

    long bytes() {
        return Math.max(0, bytes.get());
    }

    void measured(long all) {
        bytes.set(all);
    }

    /** Adds what was written; what was deleted is less than nothing. */
    void add(long more) {
        bytes.updateAndGet(before -> before == UNKNOWN ? UNKNOWN : Math.max(0, before + more));
    }

    private static double orNaN(AtomicLong bytes) {
        long known = bytes.get();
        return known == UNKNOWN ? Double.NaN : known;
    }
}
