package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.command.CommandFixture.Ran;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code reset-password}, beside a server or instead of it. */
@Tag("operator")
class LostRootIT {

    private static final String DONE = "the password was changed; tokens with the old one are dead\n";

    @ParameterizedTest
    @EnumSource
    void resetWhenNoServerRunsThenTheNewPasswordAloneIsGoodAndTheTrailSaysSo(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();

        Ran ran = new CommandFixture(database).run("recövered 1 \r\nsecond line\n", "reset-password", "root");

        assertThat(ran).isEqualTo(new Ran(0, "", DONE));
        assertThat(trail(database)).containsExactly("change-password root success null");
        try (var server = GatehouseServer.start(database)) {
            var api = new AdminApi(server);
            assertThat(api.logIn("root:recövered 1 ").refusal()).isEmpty();
            assertThat(api.logIn("root:Milvus").refusal()).contains(Problem.UNAUTHENTICATED);
            assertThat(api.create("root:recövered 1 ", "user_1", "P@ssw0rd").refusal())
                    .isEmpty();
        }
    }

    @Test
    void resetWhenServersRunOnPostgresThenTheyRefuseTheOldTokenSoon() {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (var server = GatehouseServer.start(database)) {
            var api = new AdminApi(server);
            assertThat(api.logIn("root:Milvus").refusal()).isEmpty();

            Ran ran = new CommandFixture(
                            database, "--proxy.port=" + server.uri("").getPort())
                    .run("recovered", "reset-password", "root");

            assertThat(ran).isEqualTo(new Ran(0, "", DONE));
            Await.until(
                    "the old token is refused",
                    () -> api.logIn("root:Milvus").refusal().isPresent());
            assertThat(api.logIn("root:recovered").refusal()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetWhenRootIsGoneOrTheDefaultIsForbiddenThenHelps(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("delete from users")).isOne();
        }

        Ran ran = new CommandFixture(database, "--gatehouse.refuse-default-root-password=true")
                .run("recovered", "reset-password", "root");

        assertThat(ran).isEqualTo(new Ran(0, "", DONE));
        assertThat(trail(database)).containsExactly("create-user root success null");
        try (var server = GatehouseServer.start(database, "gatehouse.refuse-default-root-password=true")) {
            assertThat(new AdminApi(server).list("root:recovered").names()).containsExactly("root");
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetWhenTheDatabaseIsNewThenMakesNone(TestDatabase kind) {
        Map<String, String> database = kind.fresh();

        Ran ran = new CommandFixture(database).run("recovered", "reset-password", "root");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo(
                        kind == TestDatabase.H2
                                ? "gatehouse: there is no database in the data directory %s.\n"
                                        .formatted(database.get("gatehouse.data-directory"))
                                : "gatehouse: there are no users in the database: no Gatehouse was ever started on it (%s).\n"
                                        .formatted(database.get("spring.datasource.url")));
        if (kind == TestDatabase.H2) {
            assertThat(Path.of(String.valueOf(database.get("gatehouse.data-directory"))))
                    .isEmptyDirectory();
        }
    }

    @Test
    void resetWhenThePasswordIsNoGoodThenSaysWhyAndNotWhich(@TempDir Path folder) throws IOException, SQLException {
        Map<String, String> database = TestDatabase.H2.started();
        var gatehouse = new CommandFixture(database);
        Path notUtf8 = Files.write(folder.resolve("latin1"), new byte[] {'p', 'a', 's', 's', (byte) 0xe9, 'w', 'd'});

        assertFailed(
                gatehouse.run("short", "reset-password", "root"),
                "invalid password length [5 out of range 6 <= value <= 256]");
        assertFailed(
                gatehouse.run("\nsecond", "reset-password", "root"),
                "the standard input has no password in its first line");
        assertFailed(
                gatehouse.run("", "reset-password", "root"), "the standard input has no password in its first line");
        assertFailed(
                gatehouse.run("x".repeat(5000), "reset-password", "root"),
                "the first line of the standard input has more than 4096 bytes");
        assertFailed(gatehouse.run("recovered", "reset-password", "nobody"), "user not found: nobody");
        assertFailed(
                gatehouse.run(
                        "",
                        "reset-password",
                        "root",
                        "--password-file",
                        folder.resolve("absent").toString()),
                "the file of the password cannot be read: " + folder.resolve("absent"));
        assertFailed(
                gatehouse.run("", "reset-password", "root", "--password-file=" + notUtf8),
                "the file of the password is not UTF-8");
        // What could not be read came to no operation
        assertThat(trail(database))
                .containsExactly(
                        "change-password root denied invalid-password", "change-password nobody denied user-not-found");
        try (var server = GatehouseServer.start(database)) {
            assertThat(new AdminApi(server).logIn("root:Milvus").refusal()).isEmpty();
        }
    }

    @Test
    void resetWhenThePasswordIsInAFileOrTypedThenIsTaken(@TempDir Path folder) throws IOException {
        Map<String, String> database = TestDatabase.H2.started();
        var gatehouse = new CommandFixture(database);
        String file =
                Files.writeString(folder.resolve("password"), "from_the_file\n").toString();

        assertThat(gatehouse
                        .run("from_the_input", "reset-password", "root", "--password-file", file)
                        .exitCode())
                .isZero();
        assertThat(letIn(database, "from_the_file")).isTrue();
        assertThat(gatehouse.run(
                        InputStream.nullInputStream(), typing("typed_once", "typed_once"), "reset-password", "root"))
                .isEqualTo(new Ran(0, "", DONE));
        assertThat(letIn(database, "typed_once")).isTrue();
        assertFailed(
                gatehouse.run(
                        InputStream.nullInputStream(), typing("typed_once", "typed_twice"), "reset-password", "root"),
                "the two passwords are not the same; nothing was changed");
    }

    @Test
    void commandWhenItCannotBeUnderstoodThenSaysWhyAndRepeatsNothing() {
        var gatehouse = new CommandFixture(Map.of());
        String asArgument = "a password is never an argument, which everybody on this machine can read: give it on the"
                + " standard input, or in a file with --password-file";

        assertNotUnderstood(gatehouse.run("", "reset-password", "root", "canary"), asArgument);
        assertNotUnderstood(gatehouse.run("", "reset-password", "root", "--password=canary"), asArgument);
        assertNotUnderstood(gatehouse.run("", "reset-password"), "reset-password needs the name of a user");
        assertNotUnderstood(gatehouse.run("", "reset-password", "root", "--force"), "there is no option --force");
        assertNotUnderstood(gatehouse.run("", "export-users", "--keep"), "there is no option --keep");
        assertNotUnderstood(gatehouse.run("", "export-users", "one", "two"), "there can be one file only");
        assertNotUnderstood(
                gatehouse.run("", "import-users", "--keep", "--replace"), "--replace and --keep exclude each other");
        assertNotUnderstood(
                gatehouse.run("", "canary"),
                "there is no such command; there are reset-password, export-users, import-users");
        Ran help = gatehouse.run("", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("reset-password USER", "export-users", "import-users", "--require-changed-root");
        assertThat(Commands.areMeantBy("--proxy.port=1", "--require-changed-root"))
                .isFalse();
        assertThat(Commands.areMeantBy("--proxy.port=1", "export-users")).isTrue();
        assertThat(Commands.serverSettings("--proxy.port=1", "--require-changed-root"))
                .containsExactly("--proxy.port=1", "--gatehouse.refuse-default-root-password=true");
    }

    private static boolean letIn(Map<String, String> database, String password) {
        try (var server = GatehouseServer.start(database)) {
            return new AdminApi(server).logIn("root:" + password).refusal().isEmpty();
        }
    }

    /** What commands did: action, user, what came of it, and why. */
    private static List<String> trail(Map<String, String> database) throws SQLException {
        List<String> trail = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select action, target, result, reason from audit_events"
                        + " where interface = 'command' order by occurred_at")) {
            while (rows.next()) {
                trail.add("%s %s %s %s"
                        .formatted(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
            }
        }
        return trail;
    }

    private static Optional<Keyboard> typing(String... lines) {
        Iterator<String> typed = List.of(lines).iterator();
        return Optional.of(prompt -> Optional.of(typed.next()));
    }

    private static void assertFailed(Ran ran, String sentence) {
        assertThat(ran).isEqualTo(new Ran(1, "", "gatehouse: " + sentence + "\n"));
    }

    private static void assertNotUnderstood(Ran ran, String sentence) {
        assertThat(ran).isEqualTo(new Ran(2, "", "gatehouse: " + sentence + " (java -jar gatehouse.jar --help)\n"));
    }
}
