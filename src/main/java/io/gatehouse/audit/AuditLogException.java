package io.gatehouse.audit;

/** Why Gatehouse does not start: the audit log has nowhere to go. The message is one sentence for the operator. */
final class AuditLogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AuditLogException(String message) {
        super(message);
    }
}
