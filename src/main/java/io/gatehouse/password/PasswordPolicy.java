package io.gatehouse.password;

import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.security.authentication.password.CompromisedPasswordChecker;
import org.springframework.stereotype.Component;

/**
 * What a new password may be (S11). Existing passwords are not judged: a stricter setting locks nobody out.
 *
 * <p>Names and lists are compared with the whole password, never with a part of it (NIST SP 800-63B-4, 3.1.1.2), and without regard to
 * case. There is no rule about kinds of characters and none about age: the same section forbids them.
 */
@Component
public class PasswordPolicy {

    /** The most characters that any password can have (S11). */
    public static final int LONGEST = 256;

    private static final String NOT_USER_NAME = "must not be the user's own name";
    private static final String NOT_COMMON = "must not be a commonly used password";
    private static final String NOT_CURRENT = "must not be the current password";

    private final PasswordSettings settings;
    private final boolean refuseUserName;
    private final boolean refuseCurrent;
    private final List<CompromisedPasswordChecker> lists;

    PasswordPolicy(PasswordSettings settings, PasswordPolicySettings policySettings) {
        this.settings = settings;
        this.refuseUserName = policySettings.refuseUserName();
        this.refuseCurrent = policySettings.refuseCurrent();
        this.lists = lists(policySettings);
    }

    /** The fewest characters of a new password. */
    public int shortest() {
        return settings.minPasswordLength();
    }

    /** The most characters of a new password. */
    public int longest() {
        return settings.maxPasswordLength();
    }

    /** The rule for people: what a new password {@code must have}, and what it must not be. */
    public String rule() {
        List<String> refused = new ArrayList<>();
        if (refuseUserName) {
            refused.add(NOT_USER_NAME);
        }
        if (!lists.isEmpty()) {
            refused.add(NOT_COMMON);
        }
        if (refuseCurrent) {
            refused.add(NOT_CURRENT);
        }
        return refused.isEmpty() ? lengths() : lengths() + ", " + String.join(", ", refused);
    }

    private String lengths() {
        return "must have " + Count.range(shortest(), longest(), "character");
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
                    .withViolations(List.of(new Violation(field, lengths())));
        }
        if (!password.isWellFormed()) {
            throw refusal("invalid password: not valid Unicode text", field, "must be valid Unicode text");
        }
        if (refuseUserName && password.reveal().equalsIgnoreCase(userName)) {
            throw refusal("invalid password: it is the user name", field, NOT_USER_NAME);
        }
        if (lists.stream().anyMatch(list -> list.check(password.reveal()).isCompromised())) {
            throw refusal("invalid password: it is a commonly used one", field, NOT_COMMON);
        }
    }

    /**
     * Refuses a password that its user has already.
     *
     * @param field the request's field that holds the password, for the answer
     * @param isCurrent whether it is the current one; asked only when that matters, for it may cost a hash
     * @throws ProblemException {@link Problem#INVALID_PASSWORD}
     */
    public void checkNotCurrent(String field, BooleanSupplier isCurrent) {
        if (refuseCurrent && isCurrent.getAsBoolean()) {
            throw refusal("invalid password: it is the current one", field, NOT_CURRENT);
        }
    }

    private static ProblemException refusal(String sentence, String field, String rule) {
        return new ProblemException(Problem.INVALID_PASSWORD, sentence)
                .withViolations(List.of(new Violation(field, rule)));
    }

    private static List<CompromisedPasswordChecker> lists(PasswordPolicySettings settings) {
        List<CompromisedPasswordChecker> lists = new ArrayList<>();
        if (settings.refuseCommon()) {
            lists.add(PasswordList.ofCommonPasswords());
        }
        if (settings.compromisedList() != null) {
            lists.add(PasswordList.of(settings.compromisedList()));
        }
        return List.copyOf(lists);
    }
}
