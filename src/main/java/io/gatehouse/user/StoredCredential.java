package io.gatehouse.user;

import io.gatehouse.password.PasswordHash;
import java.util.Set;

/** What the database holds about who a user is and may do. */
record StoredCredential(
        long userId, String userName, PasswordHash passwordHash, long credentialVersion, Set<String> roles) {

    static StoredCredential of(UserEntity user) {
        return new StoredCredential(
                user.id(), user.name(), user.passwordHash(), user.credentialVersion(), user.roles());
    }
}
