package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the operator is at fault, start is refused in one sentence that says what and where, and nothing is written. */
class StartRefusedIT {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void startWhenPostgresIsAbsentThenStops() throws IOException {
        int port = unusedPort();
        var database =
                Map.of("spring.datasource.url", "jdbc:postgresql://localhost:" + port + "/gatehouse?password=canary");

        try (var refused = GatehouseProcess.launch(database)) {
            assertRefused(
                    refused,
                    "PostgreSQL does not answer: Connection to localhost:" + port
                            + " refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP"
                            + " connections. (jdbc:postgresql://localhost:" + port + "/gatehouse).");
            assertThat(refused.output()).doesNotContain("canary");
        }
    }

    @Test
    void startWhenTheUserOfPostgresIsUnknownThenStops() {
        Map<String, String> database = new LinkedHashMap<>(TestDatabase.POSTGRES.fresh());
        database.put("spring.datasource.username", "nobody");
        database.put("spring.datasource.password", "canary");

        try (var refused = GatehouseProcess.launch(database)) {
            assertRefused(
                    refused,
                    "PostgreSQL does not let this user in: the name or the password is wrong ("
                            + database.get("spring.datasource.url") + ").");
            assertThat(refused.output()).doesNotContain("canary");
        }
    }

    @Test
    void startWhenPostgresHasNoSuchDatabaseThenStops() {
        Map<String, String> database = new LinkedHashMap<>(TestDatabase.POSTGRES.fresh());
        database.computeIfPresent("spring.datasource.url", (key, url) -> url + "_absent");

        try (var refused = GatehouseProcess.launch(database)) {
            assertRefused(refused, "PostgreSQL has no such database (" + database.get("spring.datasource.url") + ").");
        }
    }

    @Test
    void startWhenTheDatabaseHasANewerSchemaThenStops() throws Exception {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        GatehouseServer.start(database).close();
        try (var connection = DriverManager.getConnection(
                        Objects.requireNonNull(database.get("spring.datasource.url")),
                        database.get("spring.datasource.username"),
                        database.get("spring.datasource.password"));
                var statement = connection.createStatement()) {
            statement.execute("insert into flyway_schema_history values (99, '99', 'later', 'SQL', 'V99__later.sql', 1,"
                    + " 'postgres', now(), 1, true)");
        }

        try (var refused = GatehouseProcess.launch(database)) {
            assertRefused(
                    refused,
                    "the database has version 99 of the schema, which is newer than this Gatehouse ("
                            + database.get("spring.datasource.url") + ").");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.port", "management.server.port"})
    void startWhenAPortIsInUseThenSaysWhichAndWritesNothing(String setting) throws IOException {
        Path data = folder.resolve("data");
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var refused = GatehouseProcess.launch(
                        Map.of("gatehouse.data-directory", data.toString()), setting + "=" + other.getLocalPort())) {
            assertRefused(
                    refused,
                    "port " + other.getLocalPort()
                            + " is in use by another process, or not allowed: stop that process, or set " + setting
                            + ".");
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void startWhenASettingsFileIsWrongThenStopsAndWritesNothing() throws IOException {
        Path data = folder.resolve("data");
        Path file = Files.writeString(
                folder.resolve("milvus.yaml"), "common:\n  security:\n    defaultRootPassword: 0123\n");

        try (var refused = GatehouseProcess.launch(
                Map.of("gatehouse.data-directory", data.toString()), "gatehouse.milvus-config=" + file)) {
            assertRefused(
                    refused,
                    file + ", line 3: common.security.defaultRootPassword is not a text to YAML, which may"
                            + " change it: quote it, as in defaultRootPassword: \"…\".");
            assertThat(data).doesNotExist();
        }
    }

    private static void assertRefused(GatehouseProcess refused, String sentence) {
        assertThat(refused.awaitExit()).isEqualTo(1);
        assertThat(refused.output())
                .contains("\nDescription:\n\n" + sentence + "\n\nAction:\n")
                .doesNotContain("\tat ");
    }

    private static int unusedPort() throws IOException {
        try (var probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }
}
