package io.gatehouse.audit;

import io.gatehouse.user.Action;

/** What goes first when the trail is too large: in this order, and of each the oldest first. The database has the ordinal. */
enum AuditPriority {
    /** Everything that was denied or failed: others can cause it at will. */
    REFUSAL,
    /** A login that succeeded. */
    LOGIN,
    /** A change, or all users handed out. */
    CHANGE;

    static AuditPriority of(AuditEvent event) {
        if (!event.result().equals(AuditResult.written(AuditResult.SUCCESS))) {
            return REFUSAL;
        }
        return event.action().equals(AuditResult.written(Action.LOGIN)) ? LOGIN : CHANGE;
    }
}
