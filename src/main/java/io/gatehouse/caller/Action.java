package io.gatehouse.caller;

/** What can be asked of Gatehouse, as the audit trail names it. */
public enum Action {
    /** A password was compared: the first call with a token, and every failed one. */
    LOGIN(true, "log in"),
    CREATE_USER(true, "create users"),
    DESCRIBE_USER(false, "describe other users"),
    LIST_USERS(false, "list users"),
    CHANGE_PASSWORD(true, "change another user's password"),
    /** The same password got a stronger hash at a login. */
    RENEW_HASH(true, "renew hashes"),
    DROP_USER(true, "drop users"),
    GRANT_ROLE(true, "grant and revoke roles"),
    REVOKE_ROLE(true, "grant and revoke roles"),
    LIST_ROLES(false, "list roles"),
    DESCRIBE_ROLE(false, "list roles"),
    READ_AUDIT_EVENTS(false, "read the audit trail"),
    /** All users were handed out with their password hashes. */
    EXPORT_USERS(false, "export users"),
    /** A user was created, or got another password and roles, from what another server handed out. */
    IMPORT_USER(true, "import users");

    private final boolean changes;
    private final String words;

    Action(boolean changes, String words) {
        this.changes = changes;
        this.words = words;
    }

    /** Whether it can change anything; of the others only denials are worth a line. */
    boolean changes() {
        return changes;
    }

    /** What somebody may not do, for people. */
    String words() {
        return words;
    }

    /** Whether everybody may do it where it is about itself. */
    boolean isEverybodysOwn() {
        return this == DESCRIBE_USER || this == CHANGE_PASSWORD;
    }
}
