package io.gatehouse.audit;

import io.gatehouse.problem.Problem;
import io.gatehouse.user.OperationEnded;
import io.gatehouse.user.UserChanged;
import java.util.List;
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

    private final AuditClock clock;
    private final AuditStore store;
    private final AuditSize size;
    private final AuditWriter writer;
    private final RepeatedRefusals refusals;
    private final AuditLog auditLog;

    AuditTrail(
            AuditClock clock,
            AuditStore store,
            AuditSize size,
            AuditWriter writer,
            RepeatedRefusals refusals,
            AuditLog auditLog) {
        this.clock = clock;
        this.store = store;
        this.size = size;
        this.writer = writer;
        this.refusals = refusals;
        this.auditLog = auditLog;
    }

    @EventListener
    void on(UserChanged changed) {
        AuditEvent event = AuditEvent.of(clock.next(), changed.operation(), null);
        store.insert(event);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void afterCommit() {
                size.add(store.bytes(List.of(event)));
                writer.numberSoon();
                auditLog.write(event);
            }
        });
    }

    @EventListener
    void on(OperationEnded ended) {
        Problem refusal = ended.refusal();
        if (refusal == null) {
            writer.write(AuditEvent.of(clock.next(), ended.operation(), null));
        } else {
            refusals.write(ended.operation(), refusal);
        }
    }
}
