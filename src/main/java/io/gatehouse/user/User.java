package io.gatehouse.user;

import java.time.Instant;
import java.util.List;

/**
 * A user as others may see it.
 *
 * @param userName the unique name, compared by exact spelling
 * @param roles the names of the granted roles, sorted; empty for {@code root}
 * @param createdAt when the user was created
 * @param updatedAt when its password or roles last changed
 */
public record User(String userName, List<String> roles, Instant createdAt, Instant updatedAt) {

    public User {
        roles = List.copyOf(roles);
    }

    /** Whether the user may administer others: {@code root}, and users with the role {@code admin}. */
    public boolean administrator() {
        return UserRules.isAdministrator(userName, roles);
    }
}
