package io.gatehouse.password;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Algorithm and parameters of a password hash. Comparing a password with a hash takes as long as with any other hash of its kind.
 *
 * @param text how each hash of the kind begins, up to its salt
 */
public record HashKind(String text) {

    private static final String BCRYPT = "{bcrypt}";
    private static final Pattern BCRYPT_FORM =
            Pattern.compile(Pattern.quote(BCRYPT) + "\\$2[aby](\\$\\d\\d)\\$[./A-Za-z0-9]{53}");
    private static final String ARGON2 = "{argon2}";

    /** A salt of 16 bytes and a hash, which no password has as far as anybody can find out. */
    private static final String OF_NOBODY_BCRYPT = "$" + ".".repeat(53);

    private static final String OF_NOBODY_ARGON2 = "$" + "A".repeat(22) + "$" + "A".repeat(43);

    /** The kind of a hash; empty when the hash is malformed, so that no password is compared with it. */
    public static Optional<HashKind> of(PasswordHash hash) {
        String encoded = hash.encoded();
        Matcher bcrypt = BCRYPT_FORM.matcher(encoded);
        if (bcrypt.matches()) {
            // The versions of bcrypt differ in what they take for a password, not in their time
            return Optional.of(new HashKind(BCRYPT + "$2a" + bcrypt.group(1)));
        }
        return encoded.startsWith(ARGON2)
                        && Argon2Cost.of(encoded.substring(ARGON2.length())).isPresent()
                ? Optional.of(
                        new HashKind(encoded.substring(0, encoded.lastIndexOf('$', encoded.lastIndexOf('$') - 1))))
                : Optional.empty();
    }

    /**
     * The kind of the hashes that begin so; empty when these are malformed.
     *
     * @param text all of a hash up to its salt
     */
    public static Optional<HashKind> ofBeginning(String text) {
        return of(new HashKind(text).hashOfNobody());
    }

    /** KiB of memory that computing a hash of this kind takes; 0 where that is next to nothing. */
    int memory() {
        return text.startsWith(ARGON2)
                ? Argon2Cost.of(hashOfNobody().encoded().substring(ARGON2.length()))
                        .map(Argon2Cost::memory)
                        .orElse(0)
                : 0;
    }

    /** A hash of this kind that no password has. */
    PasswordHash hashOfNobody() {
        return new PasswordHash(text + (text.startsWith(BCRYPT) ? OF_NOBODY_BCRYPT : OF_NOBODY_ARGON2));
    }
}
