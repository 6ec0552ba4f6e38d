package io.gatehouse.user;

import java.util.List;
import java.util.Optional;

/**
 * A part of the list of users.
 *
 * @param users by name
 * @param next the name to give as {@code after} to get the following part; empty on the last one
 */
public record UserPage(List<User> users, Optional<String> next) {

    public UserPage {
        users = List.copyOf(users);
    }
}
