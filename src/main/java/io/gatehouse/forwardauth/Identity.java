package io.gatehouse.forwardauth;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import java.util.Map;

/** What a proxy is told of whom it lets through. */
final class Identity {

    /** The field with the user's name; {@link #NONE} when authentication is off, as a caller then is nobody in particular. */
    static final String USER = "Gatehouse-User";

    /** The field with the names of the user's roles, sorted, with commas between them; {@link #NONE} for a user without roles. */
    static final String ROLES = "Gatehouse-Roles";

    /**
     * What a field says that has nothing to say. It is no name of a user or role. An empty value, or none, would let a client's own field
     * pass: Caddy's {@code copy_headers} and others copy only fields that have a value.
     */
    static final String NONE = "-";

    private Identity() {}

    /** Returns all fields that say who a caller is. Each has a value, which replaces the client's own. */
    static Map<String, String> of(Caller caller) {
        return Map.of(
                USER,
                caller instanceof ProvenUser user ? user.name() : NONE,
                ROLES,
                caller instanceof ProvenUser user && !user.roles().isEmpty()
                        ? String.join(",", user.roles().stream().sorted().toList())
                        : NONE);
    }
}
