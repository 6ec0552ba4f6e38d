package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.command.CommandFixture.Ran;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands read and refuse before a database is opened. */
class CommandsTests {

    @Test
    void firstLineWhenReadThenLosesNothingButItsEnd() throws IOException {
        assertThat(firstLine("re c\u00f6vered \r\nsecond")).isEqualTo("re c\u00f6vered ");
        assertThat(firstLine("recovered\n")).isEqualTo("recovered");
        assertThat(firstLine("recovered\r")).isEqualTo("recovered\r");
        assertThat(firstLine("\t\rx\r\r\n")).isEqualTo("\t\rx\r");
    }

    @Test
    void firstLineWhenEmptyThenIsNoPassword() {
        for (String input : List.of("", "\n", "\r\n", "\nsecond")) {
            assertThatThrownBy(() -> firstLine(input))
                    .isInstanceOf(FailedCommand.class)
                    .hasMessage("the file has no password in its first line");
        }
    }

    @Test
    void firstLineWhenLongerThanAnyPasswordThenIsRefused() throws IOException {
        String longest = "x".repeat(4096);

        assertThat(firstLine(longest)).isEqualTo(longest);
        assertThat(firstLine(longest + "\nx")).isEqualTo(longest);
        assertThatThrownBy(() -> firstLine(longest + "x"))
                .isInstanceOf(FailedCommand.class)
                .hasMessage("the first line of the file has more than 4096 bytes");
    }

    @Test
    void firstLineWhenNotUtf8ThenIsRefused() {
        assertThatThrownBy(() ->
                        ResetPassword.firstLine(new ByteArrayInputStream(new byte[] {'p', (byte) 0xe9}), "the file"))
                .isInstanceOf(FailedCommand.class)
                .hasMessage("the file is not UTF-8");
    }

    @Test
    void commandWhenJavaHasTooLittleMemoryThenSaysSoAndFails() {
        var endless = new InputStream() {

            @Override
            public int read() {
                throw new OutOfMemoryError("Java heap space");
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                return read();
            }
        };

        assertThat(new CommandFixture(Map.of()).run(endless, Optional.empty(), "reset-password", "root"))
                .isEqualTo(new Ran(
                        1,
                        "",
                        "gatehouse: Java has too little memory for this command: give it more, such as with"
                                + " JAVA_TOOL_OPTIONS=-Xmx512m\n"));
    }

    @Test
    void typedWhenTwiceTheSameThenIsTaken() {
        assertThat(ResetPassword.typed(typing("recovered", "recovered"), "root"))
                .isEqualTo("recovered");
    }

    @Test
    void typedWhenNotTwiceTheSameThenIsRefused() {
        List<Keyboard> others = List.of(typing("recovered", "recovered "), typing("recovered"), typing());

        for (Keyboard keyboard : others) {
            assertThatThrownBy(() -> ResetPassword.typed(keyboard, "root"))
                    .isInstanceOf(FailedCommand.class)
                    .hasMessage("the two passwords are not the same; nothing was changed");
        }
    }

    @Test
    void keyboardWhenTheInputIsNoTerminalThenNobodySitsThere() {
        assertThat(Keyboard.ofProcess()).isEmpty();
    }

    @Test
    void runWhenNoPasswordCanBeReadThenFailsWithItsReason() throws IOException {
        var gatehouse = new CommandFixture(Map.of());
        InputStream closed = InputStream.nullInputStream();
        closed.close();

        assertThat(gatehouse.run(closed, Optional.empty(), "reset-password", "root"))
                .isEqualTo(new Ran(1, "", "gatehouse: the standard input cannot be read\n"));
        assertThat(gatehouse.run("typed", "reset-password", "root", "--password-file", "/absent/file"))
                .isEqualTo(new Ran(1, "", "gatehouse: the file of the password cannot be read: /absent/file\n"));
        assertThat(gatehouse.run(
                        InputStream.nullInputStream(), Optional.of(typing("one", "two")), "reset-password", "root"))
                .isEqualTo(new Ran(1, "", "gatehouse: the two passwords are not the same; nothing was changed\n"));
    }

    @Test
    void runWhenItFailsUnforeseenThenSaysNothingOfTheInside() {
        Keyboard broken = prompt -> {
            throw new IllegalStateException("canary");
        };

        assertThat(new CommandFixture(Map.of())
                        .run(InputStream.nullInputStream(), Optional.of(broken), "reset-password", "root"))
                .isEqualTo(new Ran(1, "", "gatehouse: internal error\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reset-password               | reset-password needs the name of a user",
                "--proxy.port=1 reset-password | reset-password needs the name of a user",
                "reset-password root canary   | a password is never an argument, which everybody on this machine can read: give it on the standard input, or in a file with --password-file",
                "reset-password root --force  | there is no option --force",
                "export-users one two         | there can be one file only",
                "export-users --keep          | there is no option --keep",
                "import-users --keep --replace | --replace and --keep exclude each other",
                "canary                       | there is no such command; there are reset-password, export-users, import-users",
                "reset-pasword root           | there is no such command; the nearest is reset-password",
                "reset                        | there is no such command; the nearest is reset-password",
                "exportusers                  | there is no such command; the nearest is export-users",
                "--proxy.port 19530           | the value of a setting stands behind an equals sign: --proxy.port=…",
                "-Dproxy.port=19530           | the settings of the server are written --NAME=VALUE, and not -DNAME=VALUE"
            })
    void commandWhenNotUnderstoodThenSaysWhy(String arguments, String sentence) {
        assertThat(new CommandFixture(Map.of()).run("", arguments.split(" +")))
                .isEqualTo(new Ran(2, "", "gatehouse: " + sentence + " (java -jar gatehouse.jar --help)\n"));
    }

    @ParameterizedTest
    @CsvSource({"--help", "-h", "help"})
    void commandWhenHelpIsAskedForThenHasAllCommands(String argument) {
        Ran ran = new CommandFixture(Map.of()).run("", "export-users", argument);

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .startsWith("Usage:\n  java -jar gatehouse.jar [SETTING\u2026]\n      serves\n")
                .contains("  java -jar gatehouse.jar reset-password USER [--password-file FILE] [SETTING\u2026]\n"
                        + "      gives a user a new password: ")
                .contains("  java -jar gatehouse.jar export-users [FILE] [SETTING\u2026]\n      writes all users ")
                .contains("  java -jar gatehouse.jar import-users [FILE] [--replace | --keep] [SETTING\u2026]\n"
                        + "      takes over the users ")
                .endsWith("Exit code: 0 done, 1 refused or failed and nothing changed, 2 not understood.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-v", "-V", "version"})
    void commandWhenTheVersionIsAskedForThenSaysItAndStartsNothing(String argument) {
        assertThat(Commands.areMeantBy(argument)).isTrue();
        assertThat(Commands.areMeantBy("--proxy.port=1", argument)).isTrue();

        Ran ran = new CommandFixture(Map.of()).run("", argument);

        assertThat(ran.out()).matches("Gatehouse [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\\R");
        assertThat(ran).isEqualTo(new Ran(0, ran.out(), ""));
    }

    @Test
    void argumentsWhenTheyAreSettingsAloneThenAreTheServers() {
        assertThat(Commands.areMeantBy()).isFalse();
        assertThat(Commands.areMeantBy("--proxy.port=1", "--require-changed-root"))
                .isFalse();
        assertThat(Commands.areMeantBy("--proxy.port=1", "export-users")).isTrue();
        assertThat(Commands.areMeantBy("--help")).isTrue();
        assertThat(Commands.serverSettings("--proxy.port=1", "--require-changed-root"))
                .containsExactly("--proxy.port=1", "--gatehouse.refuse-default-root-password=true");
    }

    private static String firstLine(String input) throws IOException {
        return ResetPassword.firstLine(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), "the file");
    }

    /** Ends with its last line. */
    private static Keyboard typing(String... lines) {
        Iterator<String> typed = List.of(lines).iterator();
        return prompt -> typed.hasNext() ? Optional.of(typed.next()) : Optional.empty();
    }
}
