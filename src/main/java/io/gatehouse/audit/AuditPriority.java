package io.gatehouse.audit;

import io.gatehouse.user.Action;

/** What goes first when the trail is too large: in this order, and of each the oldest first. */
enum AuditPriority {
    /** Everything that was denied or failed: others can cause it at will. */
    REFUSAL(0),
    /** A login that succeeded. */
    LOGIN(1),
    /** A change, or all users handed out. */
    CHANGE(2);

    private final int stored;

    AuditPriority(int stored) {
        this.stored = stored;
    }

    static AuditPriority of(AuditEvent event) {
        if (!event.result().equals(AuditResult.written(AuditResult.SUCCESS))) {
            return REFUSAL;
        }
        return event.action().equals(AuditResult.written(Action.LOGIN)) ? LOGIN : CHANGE;
    }

    /** As the database has it. */
    int stored() {
        return stored;
    }
}
