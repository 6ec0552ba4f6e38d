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

    private static final Pattern BCRYPT_FORM =
            Pattern.compile(Pattern.quote(PasswordHash.BCRYPT) + "\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    /** A salt of 16 bytes and a hash, which no password has as far as anybody can find out. */
    private static final String OF_NOBODY_BCRYPT = "$" + ".".repeat(53);

    private static final String OF_NOBODY_ARGON2 = "$" + "A".repeat(22) + "$" + "A".repeat(43);

    /** The kind of a hash; empty when the hash is malformed, so that no password is compared with it. */
    public static Optional<HashKind> of(PasswordHash hash) {
        if (hash.isBcrypt()) {
            // The versions of bcrypt differ in what they take for a password, not in their time
            return bcryptCost(hash).map(cost -> new HashKind("%s$2a$%02d".formatted(PasswordHash.BCRYPT, cost)));
        }
        String encoded = hash.encoded();
        return Argon2Cost.of(hash)
                .map(cost ->
                        new HashKind(encoded.substring(0, encoded.lastIndexOf('$', encoded.lastIndexOf('$') - 1))));
    }

    /** The cost of a bcrypt hash, of whose last characters some bits count for nothing; empty when the hash is malformed. */
    static Optional<Integer> bcryptCost(PasswordHash hash) {
        Matcher bcrypt = BCRYPT_FORM.matcher(hash.encoded());
        return bcrypt.matches() ? Optional.of(Integer.valueOf(bcrypt.group(1))) : Optional.empty();
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
        return Argon2Cost.of(hashOfNobody()).map(Argon2Cost::memory).orElse(0);
    }

    /** A hash of this kind that no password has. */
    PasswordHash hashOfNobody() {
        return new PasswordHash(text + (text.startsWith(PasswordHash.BCRYPT) ? OF_NOBODY_BCRYPT : OF_NOBODY_ARGON2));
    }
}
