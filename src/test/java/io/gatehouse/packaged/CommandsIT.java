package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands of the jar, each in a process of its own; what they do in detail is in {@code io.gatehouse.command}. */
@Tag("operator")
class CommandsIT {

    private static final String USER =
            "{\"userName\":\"milvus_user\",\"roles\":[\"admin\"],\"passwordHash\":\"$2a$04$%s\"}\n"
                    .formatted("a".repeat(53));

    @Test
    void commandsWhenRunBesideAndBetweenServersThenEndAsTheyShould() {
        Map<String, String> database = TestDatabase.H2.fresh();
        try (var server = GatehouseProcess.start(database)) {
            assertRan(
                    GatehouseProcess.run("recovered", database, "reset-password", "root"),
                    1,
                    "",
                    "gatehouse: the data directory is in use by another process (%s).\n"
                            .formatted(database.get("gatehouse.data-directory")));
            assertThat(server.letsIn("root", "Milvus")).isTrue();
            server.stop();
        }

        assertRan(
                GatehouseProcess.run("recövered", database, "reset-password", "root"),
                0,
                "",
                "the password was changed; tokens with the old one are dead\n");
        assertRan(
                GatehouseProcess.run(USER + USER.replace("milvus_user", "9canary"), database, "import-users"),
                1,
                "",
                "line 2: the user name must have 1 to 32 characters, begin with a letter, and have only letters, digits and"
                        + " underscores\nnothing was changed: 1 line is refused\n");
        try (var export = GatehouseProcess.run("", database, "export-users")) {
            assertThat(export.awaitExit()).isZero();
            assertThat(export.output())
                    .startsWith("{\"userName\":\"root\",\"roles\":[],\"passwordHash\":\"{argon2}$argon2id$");
            assertThat(export.output().lines()).hasSize(1);
            assertThat(withoutNotesOfTheJvm(export)).isEqualTo("1 user was exported\n");
        }
        assertRan(
                GatehouseProcess.run("", database, "reset-password", "root", "canary"),
                2,
                "",
                "gatehouse: a password is never an argument, which everybody on this machine can read: give it on the standard"
                        + " input, or in a file with --password-file (java -jar gatehouse.jar --help)\n");
        try (var server = GatehouseProcess.start(database, "gatehouse.refuse-default-root-password=true")) {
            assertThat(server.letsIn("root", "recövered")).isTrue();
            assertThat(server.letsIn("root", "Milvus")).isFalse();
        }
    }

    @Test
    void startWhenTheArgumentsAreWrongThenStopsAndSaysWhatIsMeant() {
        assertRan(
                GatehouseProcess.run("", Map.of(), "reset-pasword", "root"),
                2,
                "",
                "gatehouse: there is no such command; the nearest is reset-password (java -jar gatehouse.jar --help)\n");
        try (var version = GatehouseProcess.run("", Map.of(), "--version")) {
            assertThat(version.output()).startsWith("Gatehouse ").hasLineCount(1);
            assertThat(version.awaitExit()).isZero();
        }
        try (var refused = GatehouseProcess.launch(Map.of(), "port=1234")) {
            RefusedStart.assertRefused(refused, "there is no option --port: the nearest is --proxy.port.");
        }
        try (var refused = GatehouseProcess.run(
                "", Map.of("gatehouse.data-directory", "canary"), "--gatehouse.dataDirectory=canary")) {
            RefusedStart.assertRefused(
                    refused, "--gatehouse.data-directory is given twice: remove one, or write a list with commas.");
        }
    }

    @Test
    void startWhenRootHasToBeChangedAndIsNotThenStops() {
        try (var refused = GatehouseProcess.run("", TestDatabase.H2.fresh(), "--require-changed-root")) {
            RefusedStart.assertRefused(
                    refused,
                    "root still has the default password, and gatehouse.refuse-default-root-password forbids it: set"
                            + " common.security.defaultRootPassword before the first start, or run reset-password root.");
        }
    }

    private static void assertRan(GatehouseProcess command, int exitCode, String output, String errors) {
        try (command) {
            assertThat(withoutNotesOfTheJvm(command)).isEqualTo(errors);
            assertThat(command.output()).isEqualTo(output);
            assertThat(command.awaitExit()).isEqualTo(exitCode);
        }
    }

    /** Some versions of Java say on the error stream what libraries do. */
    private static String withoutNotesOfTheJvm(GatehouseProcess command) {
        return command.errors()
                .lines()
                .filter(line -> !line.startsWith("WARNING: "))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }
}
