package io.gatehouse.password;

import com.nulabinc.zxcvbn.StandardDictionaries;
import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.password.CompromisedPasswordChecker;
import org.springframework.security.authentication.password.CompromisedPasswordDecision;

/**
 * Passwords that nobody may choose, in any case. Of each only eight bytes of its SHA-256 are kept, so that a list of a million takes
 * 8 MB; that a password which is not listed has the same is as likely as one in 10<sup>13</sup>.
 */
final class PasswordList implements CompromisedPasswordChecker {

    /** The most passwords of a list. */
    static final int LONGEST = 1_000_000;

    private static final String REMEDY = "Correct the setting or the file and start again.";

    private final long[] sortedDigests;

    private PasswordList(Stream<String> passwords) {
        sortedDigests = passwords
                .filter(password -> !password.isEmpty())
                .limit(LONGEST + 1L)
                .mapToLong(PasswordList::digest)
                .sorted()
                .toArray();
    }

    /**
     * The 30,000 most common passwords that were ever published, as zxcvbn (Nulab, MIT licence) carries them.
     *
     * @throws IllegalStateException when this build lacks them
     */
    static PasswordList ofCommonPasswords() {
        try {
            return new PasswordList(
                    StandardDictionaries.PASSWORDS_LOADER.load().getRankedDictionary().keySet().stream());
        } catch (IOException e) {
            throw new IllegalStateException("the list of common passwords is missing", e);
        }
    }

    /**
     * A file with one password a line, in UTF-8.
     *
     * @throws StartRefused when it cannot be read, or has more than {@link #LONGEST} passwords
     */
    static PasswordList of(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            var list = new PasswordList(lines);
            if (list.size() > LONGEST) {
                throw new StartRefused(
                        "gatehouse.password.compromised-list has more than " + LONGEST + " passwords: " + file, REMEDY);
            }
            return list;
        } catch (UncheckedIOException e) {
            throw new StartRefused("gatehouse.password.compromised-list is not UTF-8: " + file, REMEDY, e);
        } catch (IOException e) {
            throw new StartRefused("gatehouse.password.compromised-list cannot be read: " + file, REMEDY, e);
        }
    }

    int size() {
        return sortedDigests.length;
    }

    @Override
    public CompromisedPasswordDecision check(@Nullable String password) {
        boolean listed = password != null && Arrays.binarySearch(sortedDigests, digest(password)) >= 0;
        return new CompromisedPasswordDecision(listed);
    }

    private static long digest(String password) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(password.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
