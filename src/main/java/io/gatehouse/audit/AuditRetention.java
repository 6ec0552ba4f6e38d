package io.gatehouse.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes what is older than {@code gatehouse.audit.kept-for}, and what is beyond {@code gatehouse.audit.max-size}, a little at a time. */
@Component
class AuditRetention {

    private static final Logger log = LoggerFactory.getLogger(AuditRetention.class);

    /** Small enough that nobody waits for the rows, which nobody changes anyway. */
    private static final int BATCH = 1000;

    /** Of one run: each is followed by a look at how large the trail is. */
    private static final int MOST_BATCHES = 20;

    /** Of the greatest size, so that a flood does not have it delete and log all the time. */
    private static final int PERCENT_LEFT = 99;

    private final AuditStore store;
    private final AuditSize size;
    private final AuditSettings settings;
    private final Map<AuditPriority, Counter> trimmed = new EnumMap<>(AuditPriority.class);

    AuditRetention(AuditStore store, AuditSize size, AuditSettings settings, MeterRegistry registry) {
        this.store = store;
        this.size = size;
        this.settings = settings;
        for (AuditPriority priority : AuditPriority.values()) {
            trimmed.put(
                    priority,
                    Counter.builder("gatehouse.audit.trimmed")
                            .tag("what", AuditResult.written(priority))
                            .description("Events deleted because the audit trail was larger than it may be")
                            .register(registry));
        }
    }

    /** Also measures the trail, which costs a look at each of its rows. */
    @Scheduled(initialDelay = 1, fixedDelay = 60, timeUnit = TimeUnit.MINUTES, scheduler = AuditScheduler.NAME)
    synchronized void deleteOld() {
        Instant before = Instant.now().minus(settings.keptFor());
        long deleted = 0;
        try {
            int batch;
            do {
                batch = store.deleteBefore(before, BATCH);
                deleted += batch;
            } while (batch == BATCH);
            size.measured(store.measure());
        } catch (DataAccessException e) {
            log.warn(
                    "old audit events stay until the next try: {}", e.getClass().getSimpleName());
        }
        if (deleted > 0) {
            log.info("audit events deleted, as they are older than {}: count={}", before, deleted);
        }
    }

    /** Looks whether the trail is too large, which costs nothing as long as it is not. */
    @Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS, scheduler = AuditScheduler.NAME)
    synchronized void trim() {
        long most = settings.maxSize().toBytes();
        try {
            boolean measured = !size.isKnown();
            if (measured) {
                size.measured(store.measure());
            }
            if (size.bytes() > most) {
                trimTo(most / 100 * PERCENT_LEFT, measured);
            }
        } catch (DataAccessException e) {
            log.warn(
                    "the audit trail stays too large until the next try: {}",
                    e.getClass().getSimpleName());
        }
    }

    private void trimTo(long bytes, boolean justMeasured) {
        int batches = 0;
        boolean measured = justMeasured;
        for (AuditPriority priority : AuditPriority.values()) {
            if (!measured) {
                // Another replica may have made room in the meantime
                size.measured(store.measure());
            }
            measured = false;
            long deleted = 0;
            while (size.bytes() > bytes && batches < MOST_BATCHES) {
                batches++;
                AuditStore.Oldest oldest = store.oldest(priority, size.bytes() - bytes, BATCH);
                if (oldest.ids().isEmpty()) {
                    break;
                }
                int here = store.delete(oldest.ids());
                if (here == oldest.ids().size()) {
                    size.add(-oldest.bytes());
                } else {
                    size.measured(store.measure());
                }
                deleted += here;
                Objects.requireNonNull(trimmed.get(priority)).increment(here);
            }
            if (deleted > 0) {
                say(priority, deleted);
            }
            if (size.bytes() <= bytes || batches == MOST_BATCHES) {
                return;
            }
        }
    }

    private void say(AuditPriority priority, long deleted) {
        String text = "audit events deleted, as the trail is larger than gatehouse.audit.max-size: what={} count={}";
        if (priority == AuditPriority.CHANGE) {
            log.warn(text, AuditResult.written(priority), deleted);
        } else {
            log.info(text, AuditResult.written(priority), deleted);
        }
    }
}
