package io.gatehouse.audit;

import io.gatehouse.caller.Action;
import java.util.Objects;

/** What goes first when the trail is too large: in this order, and of each the oldest first. */
enum AuditPriority {
    /** Everything that was denied or failed: others can cause it at will. */
    REFUSAL(0),
    /** A login that succeeded. */
    LOGIN(1),
    /** A password that its own user changed: every user can do it without end. */
    OWN_PASSWORD(2),
    /** Any other change, or all users handed out. */
    CHANGE(3);

    private final int stored;

    AuditPriority(int stored) {
        this.stored = stored;
    }

    static AuditPriority of(AuditEvent event) {
        if (!event.result().equals(AuditResult.written(AuditResult.SUCCESS))) {
            return REFUSAL;
        }
        if (event.action().equals(AuditResult.written(Action.LOGIN))) {
            return LOGIN;
        }
        boolean isOwn = Objects.equals(event.user(), event.target());
        return isOwn && event.action().equals(AuditResult.written(Action.CHANGE_PASSWORD)) ? OWN_PASSWORD : CHANGE;
    }

    /** As the database has it. */
    int stored() {
        return stored;
    }
}
