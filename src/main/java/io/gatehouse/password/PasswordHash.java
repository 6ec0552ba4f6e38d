package io.gatehouse.password;

/**
 * A salted password hash in Spring Security's storage format, {@code {id}encoded}. Never printed; only what
 * stores it, or moves users to another server, asks for its text.
 *
 * @param encoded the stored form, such as <code>{argon2}$argon2id$…</code> or <code>{bcrypt}$2a$…</code>
 */
public record PasswordHash(String encoded) {

    static final String BCRYPT = "{bcrypt}";
    static final String ARGON2 = "{argon2}";

    /** A hash in the storage format, or as Milvus keeps it: bcrypt without a prefix. */
    public static PasswordHash ofMilvus(String encoded) {
        return new PasswordHash(encoded.startsWith("$2") ? BCRYPT + encoded : encoded);
    }

    /** The hash as Milvus keeps it; in the storage format where no Milvus can read it. */
    public String encodedForMilvus() {
        return isBcrypt() ? encoded.substring(BCRYPT.length()) : encoded;
    }

    boolean isBcrypt() {
        return encoded.startsWith(BCRYPT);
    }

    boolean isArgon2() {
        return encoded.startsWith(ARGON2);
    }

    @Override
    public String toString() {
        return "PasswordHash[masked]";
    }
}
