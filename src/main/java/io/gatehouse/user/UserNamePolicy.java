package io.gatehouse.user;

import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * What a new user's name or a role name may be (S10): not empty, at most 32 characters, a letter first, then letters, digits and
 * underscores. Letters are those of ASCII. Users keep the names that they have: a stricter setting keeps nobody from being managed. The
 * sentences are Milvus' own ({@code ValidateUsername} and {@code ValidateRoleName} in {@code internal/proxy/util.go}).
 */
@Component
public class UserNamePolicy {

    /** A regular expression that matches the characters of every name that any setting ever allowed. */
    public static final String POSSIBLE = "^[A-Za-z][A-Za-z0-9_.\\-]*$";

    private final int longest;
    private final boolean allowDotsAndHyphens;

    UserNamePolicy(UserLimitSettings limits, GatehouseUserSettings settings) {
        this.longest = limits.maxUsernameLength();
        this.allowDotsAndHyphens = settings.allowDotsAndHyphens();
    }

    /** The most characters that a name may have. */
    public int longest() {
        return longest;
    }

    /** A regular expression that matches the characters of every name that is allowed now. */
    public String pattern() {
        return allowDotsAndHyphens ? POSSIBLE : "^[A-Za-z][A-Za-z0-9_]*$";
    }

    /** The rule for people: what a name {@code must have}. */
    public String rule() {
        return "must have %s, begin with a letter, and have only %s"
                .formatted(Count.range(1, longest, "character"), characters());
    }

    /** Whether a new user may have this name; {@code root} always may. */
    boolean allows(String name) {
        return refusal(name).isEmpty();
    }

    /** Refuses a user name with {@link Problem#INVALID_USER_NAME}. */
    public void check(String name) {
        refusal(name).ifPresent(sentence -> {
            throw new ProblemException(Problem.INVALID_USER_NAME, sentence)
                    .withViolations(List.of(new Violation("userName", rule())));
        });
    }

    /** Refuses a user name with {@link Problem#INVALID_USER_NAME} and a sentence that does not hold it. */
    public void checkUnseen(String name) {
        if (refusal(name).isPresent()) {
            throw new ProblemException(Problem.INVALID_USER_NAME, "the user name " + rule());
        }
    }

    /** Refuses a role name with {@link Problem#INVALID_ROLE_NAME}. */
    public void checkRole(String name) {
        if (name.isEmpty()) {
            throw invalidRole("role name should be not empty").withRange("expected=not empty][actual=");
        }
        if (name.length() > longest
                || !isLetter(name.codePointAt(0))
                || !name.codePoints().allMatch(this::isAllowed)) {
            throw invalidRole(
                    "role name should have at most %d %s and begin with a letter".formatted(longest, characters()));
        }
    }

    private Optional<String> refusal(String name) {
        int length = name.codePointCount(0, name.length());
        if (name.equals(UserRules.ROOT)) {
            return Optional.empty();
        }
        if (name.isEmpty()) {
            return Optional.of("username must be not empty");
        }
        String shownName = wellFormed(name);
        if (length > longest) {
            return Optional.of("invalid username %s with length %d, the length of username must be less than %d"
                    .formatted(shownName, length, longest));
        }
        int first = name.codePointAt(0);
        if (!isLetter(first)) {
            return Optional.of("invalid user name %s, the first character must be a letter, but got %s"
                    .formatted(shownName, shown(first)));
        }
        return firstOther(name.codePoints(), this::isAllowed)
                .map(character -> "invalid user name %s, username must contain only %s, but got %s"
                        .formatted(shownName, allowedCharacters(), shown(character)));
    }

    private String allowedCharacters() {
        return allowDotsAndHyphens
                ? "numbers, letters, underscores, dots, and hyphens"
                : "numbers, letters and underscores";
    }

    private String characters() {
        return allowDotsAndHyphens
                ? "letters, digits, underscores, dots and hyphens"
                : "letters, digits and underscores";
    }

    private boolean isAllowed(int character) {
        return isWord(character) || (allowDotsAndHyphens && isDotOrHyphen(character));
    }

    private static Optional<Integer> firstOther(IntStream characters, IntPredicate allowed) {
        return characters.filter(allowed.negate()).boxed().findFirst();
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isWord(int c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '_';
    }

    private static boolean isDotOrHyphen(int c) {
        return c == '.' || c == '-';
    }

    /** The name as text that has bytes: half a character becomes a question mark. */
    private static String wellFormed(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** The character itself when it is printable ASCII, otherwise in the form {@code U+0000}. */
    private static String shown(int c) {
        return c >= 0x20 && c < 0x7f ? Character.toString(c) : "U+%04X".formatted(c);
    }

    private ProblemException invalidRole(String sentence) {
        return new ProblemException(Problem.INVALID_ROLE_NAME, sentence)
                .withViolations(
                        List.of(new Violation("roleName", "must begin with a letter, and have only " + characters())));
    }
}
