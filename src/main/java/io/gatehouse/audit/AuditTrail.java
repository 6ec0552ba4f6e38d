package io.gatehouse.audit;

import io.gatehouse.caller.OperationEnded;
import io.gatehouse.caller.UserChanged;
import io.gatehouse.problem.Problem;
import io.gatehouse.user.PerTransaction;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Writes down what {@code user} tells: a change in its own transaction, so that neither is ever without the other; logins and
 * refusals beside the calls.
 */
@Component
class AuditTrail {

    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

    private static final int BATCH = 500;

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
        PerTransaction.get(Changes.class, () -> new Changes(event)).add(event);
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

    /** The changes of one transaction, of which only a batch is in memory at any time. */
    private final class Changes implements TransactionSynchronization {

        private final AuditEvent first;
        private final List<AuditEvent> batch = new ArrayList<>();
        private AuditEvent last;
        private boolean several;
        private long bytes;

        Changes(AuditEvent first) {
            this.first = first;
            this.last = first;
        }

        void add(AuditEvent event) {
            if (batch.size() == BATCH) {
                insert();
                batch.clear();
                several = true;
            }
            batch.add(event);
            last = event;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            insert();
        }

        @Override
        public void afterCommit() {
            size.add(bytes);
            writer.numberSoon();
            if (auditLog.isOff()) {
                return;
            }
            if (several) {
                readAgain();
            } else {
                batch.forEach(auditLog::write);
            }
        }

        private void insert() {
            store.insertAll(batch);
            bytes += store.bytes(batch);
        }

        private void readAgain() {
            try {
                store.forEach(first, last, auditLog::write);
            } catch (DataAccessException e) {
                log.warn("changes are in the audit trail but not in its file: requestId={}", first.requestId(), e);
            }
        }
    }
}
