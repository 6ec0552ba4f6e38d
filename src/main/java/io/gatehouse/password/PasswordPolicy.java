package io.gatehouse.password;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.password.CompromisedPasswordChecker;
import org.springframework.security.authentication.password.CompromisedPasswordDecision;
import org.springframework.stereotype.Component;

/** What a new password may be (S11). Existing passwords are not judged: a stricter setting locks nobody out. */
@Component
public class PasswordPolicy {

    /** The most characters that any password can have (S11). */
    public static final int LONGEST = 256;

    private final PasswordSettings settings;
    private final boolean refuseUserName;
    private final CompromisedPasswordChecker compromised;

    PasswordPolicy(PasswordSettings settings, PasswordPolicySettings policySettings) {
        this.settings = settings;
        this.refuseUserName = policySettings.refuseUserName();
        this.compromised = compromisedList(policySettings.compromisedList());
    }

    /**
     * Refuses a password that a user may not choose.
     *
     * @param field the request's field that holds the password, for the answer
     * @throws ProblemException {@link Problem#INVALID_PASSWORD}; its text never holds the password
     */
    public void check(Password password, String userName, String field) {
        int length = password.length();
        if (length < settings.minPasswordLength() || length > settings.maxPasswordLength()) {
            throw new ProblemException(Problem.INVALID_PASSWORD, "invalid password length")
                    .withRange("%d out of range %d <= value <= %d"
                            .formatted(length, settings.minPasswordLength(), settings.maxPasswordLength()))
                    .withViolations(List.of(new Violation(
                            field,
                            "must have %d to %d characters"
                                    .formatted(settings.minPasswordLength(), settings.maxPasswordLength()))));
        }
        if (!password.isWellFormed()) {
            throw refusal("invalid password: not valid Unicode text", field, "must be valid Unicode text");
        }
        if (refuseUserName && contains(password, userName)) {
            throw refusal("invalid password: it contains the user name", field, "must not contain the user's own name");
        }
        if (compromised.check(password.reveal()).isCompromised()) {
            throw refusal("invalid password: it is a commonly used one", field, "must not be a commonly used password");
        }
    }

    private static ProblemException refusal(String sentence, String field, String rule) {
        return new ProblemException(Problem.INVALID_PASSWORD, sentence)
                .withViolations(List.of(new Violation(field, rule)));
    }

    private static boolean contains(Password password, String userName) {
        return password.reveal().toLowerCase(Locale.ROOT).contains(userName.toLowerCase(Locale.ROOT));
    }

    private static CompromisedPasswordChecker compromisedList(@Nullable Path file) {
        Set<String> passwords = file == null ? Set.of() : lines(file);
        return password -> new CompromisedPasswordDecision(password != null && passwords.contains(password));
    }

    private static Set<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isEmpty()).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("gatehouse.password.compromised-list cannot be read: " + file, e);
        }
    }
}
