package io.gatehouse.user;

import io.gatehouse.password.PasswordHash;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user with everything that belongs to it, as it moves from one server to another.
 *
 * @param userName the unique name
 * @param roles the names of its roles, sorted; empty for {@code root}
 * @param passwordHash what its password is compared with
 * @param createdAt when it was created; null when that is not known
 * @param updatedAt when its password or roles last changed; null when that is not known
 */
public record UserRecord(
        String userName,
        List<String> roles,
        PasswordHash passwordHash,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt) {

    public UserRecord {
        roles = roles.stream().distinct().sorted().toList();
    }
}
