package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordPolicyTests {

    private static final PasswordSettings LENGTHS = new PasswordSettings(6, 256);

    @Test
    void checkWhenNothingElseIsConfiguredThenOnlyLengthCounts() {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, null));

        assertThatCode(() -> policy.check(Password.of("user_1"), "user_1", "password"))
                .doesNotThrowAnyException();
        assertThatCode(() -> policy.check(Password.of("123456"), "user_1", "password"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> policy.check(Password.of("12345"), "user_1", "password"))
                .hasMessage("invalid password length [5 out of range 6 <= value <= 256]");
    }

    @Test
    void checkWhenUserNameIsRefusedThenMayNotBeContained() {
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(true, null));

        assertThatThrownBy(() -> policy.check(Password.of("xxUSER_1xx"), "user_1", "password"))
                .isInstanceOf(ProblemException.class)
                .hasMessage("invalid password: it contains the user name");
    }

    @Test
    void checkWhenPasswordIsOnTheListThenRefused(@TempDir Path directory) throws Exception {
        Path list = Files.writeString(directory.resolve("list.txt"), "123456\nletmein\n");
        var policy = new PasswordPolicy(LENGTHS, new PasswordPolicySettings(false, list));

        assertThatThrownBy(() -> policy.check(Password.of("letmein"), "user_1", "password"))
                .isInstanceOf(ProblemException.class)
                .hasMessage("invalid password: it is a commonly used one");
        assertThatCode(() -> policy.check(Password.of("Letmein"), "user_1", "password"))
                .doesNotThrowAnyException();
    }

    @Test
    void startWhenListCannotBeReadThenRefused(@TempDir Path directory) {
        var settings = new PasswordPolicySettings(false, directory.resolve("absent.txt"));

        assertThatThrownBy(() -> new PasswordPolicy(LENGTHS, settings))
                .hasMessage("gatehouse.password.compromised-list cannot be read: " + directory.resolve("absent.txt"));
    }
}
