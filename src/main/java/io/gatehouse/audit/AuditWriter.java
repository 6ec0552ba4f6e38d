package io.gatehouse.audit;

import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes logins and refusals to the database, as many at once as there are, so that no call waits for it. While the database is
 * away they wait in a bounded queue; what no longer fits is counted and said, and so is what a stop could not write. Also gives
 * events their positions, those of changes once they are committed. Has a thread of its own, which waits when the database does.
 */
@Component
class AuditWriter implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);

    static final int PHASE = 0;

    private static final int LARGEST_BATCH = 500;
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    /** Other processes make changes, too, and may end before these have their positions. */
    private static final Duration BETWEEN_NUMBERINGS = Duration.ofSeconds(1);

    /** After which a batch is given up, as it may be what does not let itself be written. */
    private static final int MOST_FAILURES = 3;

    private final AuditStore store;
    private final AuditSize size;
    private final AuditLog auditLog;
    private final TransactionTemplate transaction;
    private final BlockingQueue<AuditEvent> waiting;
    private final Counter lost;
    private final AtomicLong lostUnsaid = new AtomicLong();
    private final Bucket warnings = Bucket.builder()
            .addLimit(limit -> limit.capacity(1).refillGreedy(1, Duration.ofSeconds(10)))
            .withNanosecondPrecision()
            .build();
    private volatile boolean numberSoon;
    private volatile boolean running;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    // What the thread has in its hands, alone

    private final Queue<AuditEvent> batch = new ArrayDeque<>(LARGEST_BATCH);
    private boolean tried;
    private boolean stored;
    private int failures;
    private long lastNumbering = System.nanoTime() - BETWEEN_NUMBERINGS.toNanos();

    AuditWriter(
            AuditStore store,
            AuditSize size,
            AuditLog auditLog,
            AuditSettings settings,
            PlatformTransactionManager transactionManager,
            MeterRegistry registry) {
        this.store = store;
        this.size = size;
        this.auditLog = auditLog;
        this.transaction = new TransactionTemplate(transactionManager);
        this.waiting = new LinkedBlockingQueue<>(settings.queue());
        this.lost = Counter.builder("gatehouse.audit.lost")
                .description("Logins and refusals that were not written to the audit trail")
                .register(registry);
        Gauge.builder("gatehouse.audit.waiting", waiting, BlockingQueue::size)
                .description("Logins and refusals that are still to be written to the audit trail")
                .register(registry);
    }

    /** Takes an event over; never waits. */
    void write(AuditEvent event) {
        if (stopped || !waiting.offer(event)) {
            lose(1);
        }
    }

    /** Has events that were just committed get their positions; never waits. */
    void numberSoon() {
        numberSoon = true;
    }

    @Override
    public void start() {
        running = true;
        var writing = new Thread(this::run, "audit-writer");
        writing.setDaemon(true);
        thread = writing;
        writing.start();
    }

    @Override
    public void stop() {
        running = false;
        Thread writing = thread;
        if (writing != null) {
            try {
                writing.join(LONGEST_STOP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        stopped = true;
        List<AuditEvent> unwritten = new ArrayList<>();
        waiting.drainTo(unwritten);
        lose(unwritten.size());
        sayWhatWasLost();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the calls have ended, which come to an end in later phases, and before the database is closed. */
    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Nothing but a stop ends it: no login and no refusal would be written until the next start. */
    private void run() {
        Throwable failure = null;
        boolean ended = false;
        while (!ended) {
            try {
                if (failure != null) {
                    Throwable said = failure;
                    failure = null;
                    recover(said);
                }
                while (running || !waiting.isEmpty() || !batch.isEmpty()) {
                    turn();
                }
                ended = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                // What waits is counted when this stops
                giveUp();
                ended = true;
            } catch (Throwable e) {
                // Said above, where that too may fail: memory can be short for a while
                failure = e;
            }
        }
    }

    private void recover(Throwable failure) throws InterruptedException {
        failures++;
        if (failures == MOST_FAILURES || !running) {
            giveUp();
        }
        log.error("the audit trail could not be written, which is tried again", failure);
        if (running) {
            TimeUnit.MILLISECONDS.sleep(BEFORE_NEXT_TRY.toMillis());
        }
    }

    private void turn() throws InterruptedException {
        if (lostUnsaid.get() > 0 && warnings.tryConsume(1)) {
            sayWhatWasLost();
        }
        if (batch.isEmpty()) {
            take();
        }
        if (batch.isEmpty() && !isTimeToNumber()) {
            return;
        }
        if (!stored) {
            insert();
        }
        if (stored) {
            while (!batch.isEmpty()) {
                auditLog.write(batch.remove());
            }
        } else if (running) {
            TimeUnit.MILLISECONDS.sleep(BEFORE_NEXT_TRY.toMillis());
        } else {
            giveUp();
        }
    }

    private void take() throws InterruptedException {
        tried = false;
        stored = false;
        failures = 0;
        AuditEvent first = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            waiting.drainTo(batch, LARGEST_BATCH - 1);
        }
    }

    private boolean isTimeToNumber() {
        return running && (numberSoon || System.nanoTime() - lastNumbering >= BETWEEN_NUMBERINGS.toNanos());
    }

    private void insert() {
        // A commit can succeed although its answer never comes
        boolean mayBeThere = tried;
        tried = true;
        numberSoon = false;
        lastNumbering = System.nanoTime();
        List<AuditEvent> events =
                batch.stream().filter(event -> event.count() == 1).toList();
        // Of events that are there already; doing it twice is the same
        List<AuditEvent> counts =
                batch.stream().filter(event -> event.count() > 1).toList();
        try {
            transaction.executeWithoutResult(status -> {
                boolean isThere = mayBeThere && !events.isEmpty() && store.contains(events.get(0));
                if (store.insertAndNumber(isThere ? List.of() : events)) {
                    numberSoon = true;
                }
                counts.forEach(store::setCount);
            });
            stored = true;
            size.add(store.bytes(events));
        } catch (DataAccessException | TransactionException e) {
            log.debug("the audit trail has to wait for the database", e);
        }
    }

    private void giveUp() {
        int unwritten = stored ? 0 : batch.size();
        batch.clear();
        lose(unwritten);
    }

    private void lose(int events) {
        lost.increment(events);
        lostUnsaid.addAndGet(events);
    }

    private void sayWhatWasLost() {
        long count = lostUnsaid.getAndSet(0);
        if (count > 0) {
            log.warn("audit events were lost, as the database did not take them in time: count={}", count);
        }
    }
}
