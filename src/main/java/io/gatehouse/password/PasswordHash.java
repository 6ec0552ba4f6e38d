package io.gatehouse.password;

/**
 * A salted password hash in Spring Security's storage format, {@code {id}encoded}. Never printed; only what
 * stores it, or moves users to another server, asks for its text.
 *
 * @param encoded the stored form, such as <code>{argon2}$argon2id$…</code> or <code>{bcrypt}$2a$…</code>
 */
public record PasswordHash(String encoded) {

    @Override
    public String toString() {
        return "PasswordHash[masked]";
    }
}
