package io.gatehouse.password;

import java.util.Optional;
import java.util.regex.Matcher;

/**
 * What computing an Argon2 hash takes.
 *
 * @param memory KiB
 * @param iterations passes over the memory
 */
record Argon2Cost(int memory, int iterations, int lanes) {

    /** Reads it off a hash; empty when that is not in Argon2's form. */
    static Optional<Argon2Cost> of(PasswordHash hash) {
        String encoded = hash.isArgon2() ? hash.encoded().substring(PasswordHash.ARGON2.length()) : "";
        Matcher parts = Argon2idPasswordEncoder.FORM.matcher(encoded);
        return parts.matches()
                ? Optional.of(new Argon2Cost(
                        Integer.parseInt(parts.group(3)),
                        Integer.parseInt(parts.group(4)),
                        Integer.parseInt(parts.group(5))))
                : Optional.empty();
    }
}
