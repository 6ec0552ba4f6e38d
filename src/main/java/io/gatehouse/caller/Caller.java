package io.gatehouse.caller;

import java.security.Principal;
import java.util.Set;

/** Who makes a request. The kinds are a closed set; code tells them apart by their type. */
public sealed interface Caller extends Principal {

    /** Where the request comes from. */
    Client client();

    /** Whether the caller need not give old passwords (S7). */
    boolean superUser();

    /** Whether the caller may administer users. */
    boolean administrator();

    /** Whether this caller is the user of that name. */
    default boolean is(String userName) {
        return false;
    }

    /** The caller's name for a text that people read. */
    @Override
    String getName();

    /**
     * The caller of every request while {@code common.security.authorizationEnabled} is off: nobody in particular, who may
     * do everything and still has to give old passwords.
     */
    static Caller unrestricted(Client client) {
        return new Anybody(client);
    }

    /**
     * Whoever runs a command on the server's machine, with the settings that open its database: nothing is kept from it.
     *
     * @param requestId the id of this run
     */
    static Caller operator(String requestId) {
        return new Operator(new Client(Face.COMMAND, "local", requestId));
    }

    /**
     * A user whose token was proven.
     *
     * @param roles the names of the roles granted to the user; empty for {@code root}
     * @param superUser whether the user is named in {@code common.security.superUsers}
     * @param administrator whether this is {@code root} or a user with the role {@code admin}
     */
    record ProvenUser(String name, Set<String> roles, boolean superUser, boolean administrator, Client client)
            implements Caller {

        public ProvenUser {
            roles = Set.copyOf(roles);
        }

        @Override
        public boolean is(String userName) {
            return userName.equals(name);
        }

        @Override
        public String getName() {
            return name;
        }
    }

    /** Anybody, while authentication is off. */
    record Anybody(Client client) implements Caller {

        @Override
        public boolean superUser() {
            return false;
        }

        @Override
        public boolean administrator() {
            return true;
        }

        @Override
        public String getName() {
            return "anybody";
        }
    }

    /** Whoever runs a command. */
    record Operator(Client client) implements Caller {

        @Override
        public boolean superUser() {
            return true;
        }

        @Override
        public boolean administrator() {
            return true;
        }

        @Override
        public String getName() {
            return "operator";
        }
    }
}
