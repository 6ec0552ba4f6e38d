package io.gatehouse.caller;

import java.security.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request. Built only after a token was proven, or by {@link #unrestricted} when authentication is off.
 *
 * @param userName the user's name; null when authentication is off, and for {@link #operator}
 * @param roles the names of the roles granted to the user; empty for {@code root}
 * @param superUser whether the user is named in {@code common.security.superUsers} and so need not give an old password (S7)
 * @param administrator whether the caller may administer users: {@code root}, and users with the role {@code admin}
 * @param client where the request comes from
 */
public record Caller(
        @Nullable String userName, Set<String> roles, boolean superUser, boolean administrator, Client client)
        implements Principal {

    public Caller {
        roles = Set.copyOf(roles);
    }

    /**
     * The caller of every request while {@code common.security.authorizationEnabled} is off: nobody in particular, who may
     * do everything and still has to give old passwords.
     */
    public static Caller unrestricted(Client client) {
        return new Caller(null, Set.of(), false, true, client);
    }

    /**
     * Whoever runs a command on the server's machine, with the settings that open its database: nothing is kept from it.
     *
     * @param requestId the id of this run
     */
    public static Caller operator(String requestId) {
        return new Caller(null, Set.of(), true, true, new Client(Face.COMMAND, "local", requestId));
    }

    /** Whether this caller is that user. */
    public boolean is(String name) {
        return name.equals(userName);
    }

    /** The name for a text that people read. */
    @Override
    public String getName() {
        if (userName != null) {
            return userName;
        }
        return client.face() == Face.COMMAND ? "operator" : "anybody";
    }
}
