package io.gatehouse.user;

/** A user who is there already, as an import meets it; only inside of the transaction that found it. */
public interface StoredUser {

    /** The user's id, never given to another user. */
    long id();

    /** Whether the password and the roles are just those. */
    boolean isSame(UserRecord user);

    /** Takes over password and roles. */
    void replace(UserRecord user);
}
