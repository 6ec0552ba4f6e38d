package io.gatehouse.password;

import java.util.function.BooleanSupplier;

/**
 * Whose share of the hashing a password takes.
 *
 * @param known whether this is a user who has proven itself: by its token, or by a login from the same network before
 * @param name the user's, or for strangers that of their network
 * @param gone whether the client may have gone; cheap, as it is asked under a lock
 */
public record Requester(boolean known, String name, BooleanSupplier gone) {

    /** The server itself: what it hashes, no client asked for. */
    static final Requester SERVER = new Requester(true, "", () -> false);

    /** A user who has proven itself. */
    public static Requester user(String userName, BooleanSupplier gone) {
        return new Requester(true, userName, gone);
    }

    /** Anybody else, by network. */
    public static Requester network(String network, BooleanSupplier gone) {
        return new Requester(false, network, gone);
    }

    /** Tells one share from another: a network may be named as a user is. */
    String share() {
        return (known ? "user " : "network ") + name;
    }
}
