package io.gatehouse.user;

import io.gatehouse.password.PasswordHash;
import java.time.Instant;
import java.util.Set;

/**
 * What the database holds about who a user is and may do.
 *
 * @param changedAt when the version came about
 */
record StoredCredential(
        long userId,
        String userName,
        PasswordHash passwordHash,
        long credentialVersion,
        Instant changedAt,
        Set<String> roles) {

    static StoredCredential of(UserEntity user) {
        return new StoredCredential(
                user.id(), user.name(), user.passwordHash(), user.credentialVersion(), user.updatedAt(), user.roles());
    }
}
