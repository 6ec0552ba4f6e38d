package io.gatehouse.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.problem.Problem;
import io.gatehouse.user.Action;
import io.gatehouse.user.Operation;
import io.gatehouse.user.OperationEnded;
import io.gatehouse.user.UserChanged;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes down what {@code user} tells: a change in its own transaction, so that neither is ever without the other; logins and
 * refusals beside the calls.
 */
@Component
class AuditTrail {

    /** A login that cost nothing may come thousands of times a second: one line a minute tells as much. */
    private static final Set<Problem> FLOODS =
            EnumSet.of(Problem.TOO_MANY_ATTEMPTS, Problem.OVERLOADED, Problem.STORAGE_UNAVAILABLE);

    private static final Duration FLOOD_LINE = Duration.ofMinutes(1);
    private static final long MOST_FLOODS = 10_000;

    private final AuditClock clock;
    private final AuditStore store;
    private final AuditWriter writer;
    private final AuditLog auditLog;
    private final Counter coalesced;
    private final Cache<Flood, Boolean> floods = Caffeine.newBuilder()
            .maximumSize(MOST_FLOODS)
            .expireAfterWrite(FLOOD_LINE)
            .build();

    private record Flood(String face, String address, Problem reason) {}

    AuditTrail(AuditClock clock, AuditStore store, AuditWriter writer, AuditLog auditLog, MeterRegistry registry) {
        this.clock = clock;
        this.store = store;
        this.writer = writer;
        this.auditLog = auditLog;
        this.coalesced = Counter.builder("gatehouse.audit.coalesced")
                .description(
                        "Refused logins without a line of their own: one of the same address and reason, less than a"
                                + " minute older, stands for them")
                .register(registry);
    }

    @EventListener
    void on(UserChanged changed) {
        AuditEvent event = AuditEvent.of(clock.next(), changed.operation(), null);
        store.insert(event);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void afterCommit() {
                auditLog.write(event);
            }
        });
    }

    @EventListener
    void on(OperationEnded ended) {
        if (isPartOfAFlood(ended.operation(), ended.refusal())) {
            coalesced.increment();
            return;
        }
        writer.write(AuditEvent.of(clock.next(), ended.operation(), ended.refusal()));
    }

    private boolean isPartOfAFlood(Operation operation, @Nullable Problem refusal) {
        if (refusal == null || operation.action() != Action.LOGIN || !FLOODS.contains(refusal)) {
            return false;
        }
        var flood = new Flood(operation.client().face(), operation.client().address(), refusal);
        return floods.asMap().putIfAbsent(flood, true) != null;
    }
}
