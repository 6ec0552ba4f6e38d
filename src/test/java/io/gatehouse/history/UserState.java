package io.gatehouse.history;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a user is between two calls.
 *
 * @param passwords those that let it in: one, or none when it does not exist; any other number is a fault
 */
record UserState(boolean exists, Set<String> passwords, Set<String> roles) {

    static final UserState ABSENT = new UserState(false, Set.of(), Set.of());

    UserState {
        passwords = Set.copyOf(passwords);
        roles = Set.copyOf(roles);
    }

    static UserState created(String password) {
        return new UserState(true, Set.of(password), Set.of());
    }

    boolean letsIn(String password) {
        return passwords.contains(password);
    }

    UserState withPassword(String password) {
        return new UserState(exists, Set.of(password), roles);
    }

    UserState with(String role) {
        Set<String> more = new TreeSet<>(roles);
        more.add(role);
        return new UserState(exists, passwords, more);
    }

    UserState without(String role) {
        Set<String> fewer = new TreeSet<>(roles);
        fewer.remove(role);
        return new UserState(exists, passwords, fewer);
    }
}
