package io.gatehouse.caller;

/** What can be asked of Gatehouse, as the audit trail names it. */
public enum Action {
    /** A password was compared: the first call with a token, and every failed one. */
    LOGIN,
    CREATE_USER,
    DESCRIBE_USER,
    LIST_USERS,
    CHANGE_PASSWORD,
    /** The same password got a stronger hash at a login. */
    RENEW_HASH,
    DROP_USER,
    GRANT_ROLE,
    REVOKE_ROLE,
    LIST_ROLES,
    DESCRIBE_ROLE,
    READ_AUDIT_EVENTS,
    /** All users were handed out with their password hashes. */
    EXPORT_USERS,
    /** A user was created, or got another password and roles, from what another server handed out. */
    IMPORT_USER;

    /** Whether it can change anything; of the others only denials are worth a line. */
    boolean changes() {
        return switch (this) {
            case LOGIN, CREATE_USER, CHANGE_PASSWORD, RENEW_HASH, DROP_USER, GRANT_ROLE, REVOKE_ROLE, IMPORT_USER ->
                true;
            case DESCRIBE_USER, LIST_USERS, LIST_ROLES, DESCRIBE_ROLE, READ_AUDIT_EVENTS, EXPORT_USERS -> false;
        };
    }
}
