package io.gatehouse.audit;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Hands the trail to those who may see it. */
@Component
class AuditReader {

    private final AuditStore store;
    private final Operations operations;

    AuditReader(AuditStore store, Operations operations) {
        this.store = store;
        this.operations = operations;
    }

    /**
     * A part of the trail.
     *
     * @param events the newest first
     * @param next where the following page begins; empty on the last one
     */
    record Page(List<AuditEvent> events, Optional<AuditCursor> next) {}

    /**
     * Reads a page. Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#STORAGE_UNAVAILABLE}
     */
    Page read(Caller caller, AuditQuery query, int limit) {
        operations.permit(caller, Operation.of(Action.READ_AUDIT_EVENTS, caller));
        List<AuditStore.Stored> found = store.find(query, limit + 1);
        List<AuditStore.Stored> page = found.subList(0, Math.min(limit, found.size()));
        Optional<AuditCursor> next = found.size() <= limit
                ? Optional.empty()
                : Optional.of(page.get(limit - 1))
                        .map(last -> new AuditCursor(last.event().time(), last.id()));
        return new Page(page.stream().map(AuditStore.Stored::event).toList(), next);
    }

    /**
     * What has come into the trail.
     *
     * @param events those that came first first
     * @param last where the following question begins
     */
    record News(List<AuditEvent> events, long last) {}

    /**
     * Reads what has come since a position, so that who goes on with the {@code last} of each answer gets each event once, however long
     * its transaction took. Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#MALFORMED_REQUEST},
     *     {@link Problem#STORAGE_UNAVAILABLE}
     */
    News readSince(Caller caller, AuditQuery query, long since, int limit) {
        operations.permit(caller, Operation.of(Action.READ_AUDIT_EVENTS, caller));
        long last = store.lastPosition();
        if (since > last) {
            throw new ProblemException(
                            Problem.MALFORMED_REQUEST,
                            "since is beyond the end of the trail, %d: was an older database restored?".formatted(last))
                    .withViolations(List.of(new Violation("since", "must not be greater than " + last)));
        }
        List<AuditStore.Stored> found = store.findSince(query, since, last, limit);
        return new News(
                found.stream().map(AuditStore.Stored::event).toList(),
                found.size() < limit ? last : found.get(limit - 1).position());
    }
}
