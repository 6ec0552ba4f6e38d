package io.gatehouse.authentication;

import io.gatehouse.password.Password;

/**
 * The two parts of a token, not verified.
 *
 * @param userName what stands before the first colon
 * @param password what stands behind it
 */
public record Credentials(String userName, Password password) {

    /** Hides the name too: it may be a password in the wrong place. */
    @Override
    public String toString() {
        return "Credentials[masked]";
    }
}
