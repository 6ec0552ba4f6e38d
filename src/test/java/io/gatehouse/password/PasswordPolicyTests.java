package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTests {

    private static final PasswordSettings LENGTHS = new PasswordSettings(6, 256);

    @ParameterizedTest
    @ValueSource(strings = {"user_1", "123456", "password", "Passw0rd"})
    void checkWhenNothingElseIsConfiguredThenOnlyLengthCounts(String password) {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, false, false, null));

        assertThat(refusal(policy, password)).isNull();
        assertThatCode(() -> policy.checkNotCurrent("newPassword", () -> {
                    throw new AssertionError("nobody needs to know");
                }))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> policy.check(Password.of("12345"), "user_1", "password"))
                .hasMessage("invalid password length [5 out of range 6 <= value <= 256]");
    }

    @Test
    void limitsWhenTheShortestIsLongerThanTheLongestThenAreNoLimits() {
        assertThat(new PasswordSettings(8, 8).isOrdered()).isTrue();
        assertThat(new PasswordSettings(9, 8).isOrdered()).isFalse();
    }

    @Test
    void checkWhenShorterThanTheOperatorAsksForThenRefused() {
        var policy = new PasswordPolicy(
                new PasswordSettings(15, 256), new PasswordPolicySettings(false, false, false, null));

        assertThat(refusal(policy, "x".repeat(15))).isNull();
        assertThat(refusal(policy, "x".repeat(14)))
                .hasMessage("invalid password length [14 out of range 15 <= value <= 256]");
        assertThat(refusal(policy, "x".repeat(256))).isNull();
        assertThat(refusal(policy, "x".repeat(257)))
                .hasMessage("invalid password length [257 out of range 15 <= value <= 256]");
    }

    @Test
    void checkWhenPasswordHasHalfACharacterThenRefused() {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, false, false, null));

        ProblemException refused = Objects.requireNonNull(refusal(policy, "P@ssw0rd\uD800"));

        assertThat(refused).hasMessage("invalid password: not valid Unicode text");
        assertThat(refused.violations()).containsExactly(new Violation("password", "must be valid Unicode text"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_1", "USER_1", "uSeR_1"})
    void checkWhenUserNameIsRefusedThenMayNotBeIt(String password) {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(true, false, false, null));

        ProblemException refused = Objects.requireNonNull(refusal(policy, password));

        assertThat(refused).hasMessage("invalid password: it is the user name");
        assertThat(refused.violations()).containsExactly(new Violation("password", "must not be the user's own name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_2", "user_1 is not my password", "1_resu", " user_1"})
    void checkWhenUserNameIsRefusedThenWhatIsMoreThanItIsAllowed(String password) {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(true, false, false, null));

        assertThat(refusal(policy, password)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456", "password", "PASSWORD", "Password1", "iloveyou1", "TrustNo1"})
    void checkWhenCommonOnesAreRefusedThenCaseDoesNotMatter(String password) {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, false, true, null));

        ProblemException refused = Objects.requireNonNull(refusal(policy, password));

        assertThat(refused).hasMessage("invalid password: it is a commonly used one");
        assertThat(refused.problem()).isEqualTo(Problem.INVALID_PASSWORD);
        assertThat(refused.violations())
                .containsExactly(new Violation("password", "must not be a commonly used password"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"password of mine", "correct horse battery staple", "P@ssw0rd of a kind", "密码密码密码"})
    void checkWhenCommonOnesAreRefusedThenWhatIsMoreThanOneIsAllowed(String password) {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, false, true, null));

        assertThat(refusal(policy, password)).isNull();
    }

    @Test
    void ofCommonPasswordsWhenLoadedThenHas30000() {
        assertThat(PasswordList.ofCommonPasswords().size()).isEqualTo(30_000);
    }

    @Test
    void checkWhenPasswordIsOnTheOperatorsListThenRefused(@TempDir Path directory) throws IOException {
        Path list = Files.writeString(directory.resolve("list.txt"), "123456\r\n\nLetMeIn of Gatehouse\nпароль\n");
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, false, false, list));

        assertThat(refusal(policy, "letmein of gatehouse")).hasMessage("invalid password: it is a commonly used one");
        assertThat(refusal(policy, "123456")).hasMessage("invalid password: it is a commonly used one");
        assertThat(refusal(policy, "ПАРОЛЬ")).hasMessage("invalid password: it is a commonly used one");
        assertThat(refusal(policy, "password")).isNull();
        assertThat(PasswordList.of(list).check("").isCompromised()).isFalse();
    }

    @Test
    void checkNotCurrentWhenCurrentIsRefusedThenOnlyAnotherIsAllowed() {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, true, false, null));

        var refused =
                catchThrowableOfType(ProblemException.class, () -> policy.checkNotCurrent("newPassword", () -> true));

        assertThat(refused).hasMessage("invalid password: it is the current one");
        assertThat(refused.problem()).isEqualTo(Problem.INVALID_PASSWORD);
        assertThat(refused.violations())
                .containsExactly(new Violation("newPassword", "must not be the current password"));
        assertThatCode(() -> policy.checkNotCurrent("newPassword", () -> false)).doesNotThrowAnyException();
    }

    @Test
    void startWhenListCannotBeReadThenRefused(@TempDir Path directory) {
        var settings = new PasswordPolicySettings(false, false, false, directory.resolve("absent.txt"));

        assertThatThrownBy(() -> new PasswordPolicy(LENGTHS, settings))
                .isInstanceOf(StartRefused.class)
                .hasMessage("gatehouse.password.compromised-list cannot be read: " + directory.resolve("absent.txt"));
    }

    @Test
    void startWhenListIsNotUtf8ThenRefused(@TempDir Path directory) throws IOException {
        Path list = Files.writeString(directory.resolve("list.txt"), "paßwort\n", StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> PasswordList.of(list))
                .hasMessage("gatehouse.password.compromised-list is not UTF-8: " + list);
    }

    @Test
    void startWhenListIsTooLongThenRefused(@TempDir Path directory) throws IOException {
        Path list = Files.write(
                directory.resolve("list.txt"),
                IntStream.rangeClosed(1, PasswordList.LONGEST)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(PasswordList.of(list).size()).isEqualTo(PasswordList.LONGEST);

        Files.write(list, Collections.nCopies(PasswordList.LONGEST + 1, "x"));

        assertThatThrownBy(() -> PasswordList.of(list))
                .hasMessage("gatehouse.password.compromised-list has more than 1000000 passwords: " + list);
    }

    private static @Nullable ProblemException refusal(PasswordPolicy policy, String password) {
        try {
            policy.check(Password.of(password), "user_1", "password");
            return null;
        } catch (ProblemException e) {
            return e;
        }
    }
}
