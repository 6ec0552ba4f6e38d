package io.gatehouse.user;

import java.time.Instant;

/**
 * A user as it was at a moment. Every change of its password or roles makes another version.
 *
 * @param userId the user's id, never given to another user
 * @param credentialVersion counts the changes of the user's password and roles
 * @param changedAt when this version came about: a database that is restored from a backup counts from an earlier version again
 */
public record UserVersion(long userId, long credentialVersion, Instant changedAt) {

    static UserVersion of(StoredCredential user) {
        return new UserVersion(user.userId(), user.credentialVersion(), user.changedAt());
    }
}
