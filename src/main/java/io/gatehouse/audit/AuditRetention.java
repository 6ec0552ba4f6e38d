package io.gatehouse.audit;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes what is older than {@code gatehouse.audit.kept-for}, a little at a time. */
@Component
class AuditRetention {

    private static final Logger log = LoggerFactory.getLogger(AuditRetention.class);

    /** Small enough that nobody waits for the rows, which nobody changes anyway. */
    private static final int BATCH = 1000;

    private final AuditStore store;
    private final AuditSettings settings;

    AuditRetention(AuditStore store, AuditSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void deleteOld() {
        Instant before = Instant.now().minus(settings.keptFor());
        long deleted = 0;
        try {
            int batch;
            do {
                batch = store.deleteBefore(before, BATCH);
                deleted += batch;
            } while (batch == BATCH);
        } catch (DataAccessException e) {
            log.warn(
                    "old audit events stay until the next try: {}", e.getClass().getSimpleName());
        }
        if (deleted > 0) {
            log.info("audit events deleted, as they are older than {}: count={}", before, deleted);
        }
    }
}
