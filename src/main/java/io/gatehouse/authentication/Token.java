package io.gatehouse.authentication;

import io.gatehouse.password.Password;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.crypto.Mac;

/** What a client shows to prove who it is, read from its protocol and not verified. */
public sealed interface Token {

    /** The name of the user that the client claims to be. There need not be such a user. */
    String claimedUser();

    /** Adds what tells this token from all others. */
    void digestInto(Mac mac);

    /** Splits {@code user:password} at the first colon; empty when there is none. */
    static Optional<Token> parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(new UserPassword(text.substring(0, colon), Password.of(text.substring(colon + 1))));
    }

    /** A user name and a password. */
    record UserPassword(String claimedUser, Password password) implements Token {

        @Override
        public void digestInto(Mac mac) {
            // A user name has no colon, so the two parts cannot be divided in another way
            mac.update((claimedUser + ":").getBytes(StandardCharsets.UTF_8));
            password.digestInto(mac);
        }

        /** Hides the name too: it may be a password in the wrong place. */
        @Override
        public String toString() {
            return "UserPassword[masked]";
        }
    }
}
