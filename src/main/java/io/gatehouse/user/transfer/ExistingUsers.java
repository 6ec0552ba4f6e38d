package io.gatehouse.user.transfer;

/** What an import does with a user who is there already with another password or other roles. */
public enum ExistingUsers {
    /** Refuse it, and so the whole import. */
    REFUSED,
    /** Refuse it even when password and roles are the same, as Milvus does. */
    REFUSED_IN_ANY_CASE,
    /** Give it the imported password and roles. */
    REPLACED,
    /** Leave it alone. */
    KEPT
}
