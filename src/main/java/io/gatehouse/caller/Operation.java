package io.gatehouse.caller;

import io.gatehouse.caller.Caller.ProvenUser;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody asked for, in words that may be kept: no password, and no name that cannot be one.
 *
 * @param client where the request came from
 * @param userName who asked; null when nobody was proven, and when authentication is off
 * @param target the user that it is about; null when it is about none, or about a name that no user can have
 * @param role the role that it is about; null when it is about none, or about one that there is not
 */
public record Operation(
        Action action,
        Client client,
        @Nullable String userName,
        @Nullable String target,
        @Nullable String role) {

    /** An operation that is about all users. */
    public static Operation of(Action action, Caller caller) {
        return new Operation(action, caller.client(), userName(caller), null, null);
    }

    public static Operation of(Action action, Caller caller, String target) {
        return new Operation(action, caller.client(), userName(caller), possible(target), null);
    }

    public static Operation ofRole(Action action, Caller caller, @Nullable String target, @Nullable String role) {
        return new Operation(action, caller.client(), userName(caller), target == null ? null : possible(target), role);
    }

    /** A check of a password, by somebody who is not proven yet. */
    public static Operation login(Client client, @Nullable String knownUser) {
        return new Operation(Action.LOGIN, client, knownUser, null, null);
    }

    /** A check of a password that failed; it is about the user whose password it was not, if there is such a user. */
    public static Operation failedLogin(Client client, @Nullable String knownUser) {
        return new Operation(Action.LOGIN, client, knownUser, knownUser, null);
    }

    private static @Nullable String userName(Caller caller) {
        return caller instanceof ProvenUser user ? user.name() : null;
    }

    private static @Nullable String possible(String name) {
        return PossibleName.is(name) ? name : null;
    }
}
