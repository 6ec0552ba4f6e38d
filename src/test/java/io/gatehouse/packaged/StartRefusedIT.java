package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static io.gatehouse.packaged.RefusedStart.assertRefusedHere;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.OldPostgres;
import io.gatehouse.testing.PostgresRelay;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A PostgreSQL or a port that cannot be used is refused in one sentence that says what and where, and nothing is written. */
@Tag("operator")
@ExtendWith(OutputCaptureExtension.class)
class StartRefusedIT {

    @Test
    void startWhenPostgresIsAbsentThenStops(CapturedOutput output) throws IOException {
        String address = "jdbc:postgresql://localhost:" + unusedPort() + "/gatehouse";

        assertRefusedHere(
                output,
                Map.of("spring.datasource.url", address + "?password=canary", "gatehouse.storage.start-timeout", "0s"),
                "PostgreSQL does not answer: Connection refused (" + address + ").");
        assertThat(output).doesNotContain("canary");
    }

    @Test
    void startWhenTheHostOfPostgresIsUnknownThenStops(CapturedOutput output) {
        String address = "jdbc:postgresql://absent.invalid/gatehouse";

        assertRefusedHere(
                output,
                Map.of("spring.datasource.url", address),
                "PostgreSQL does not answer: there is no host of this name (" + address + ").");
    }

    /** As a process, which has to end soon though nobody answers. */
    @Test
    void startWhenPostgresTakesTheConnectionAndSaysNothingThenStops() throws IOException {
        try (var silent = new ServerSocket(0)) {
            String address = "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/gatehouse";

            try (var refused = GatehouseProcess.launch(
                    Map.of("spring.datasource.url", address), "gatehouse.storage.start-timeout=1s")) {
                assertRefused(refused, "PostgreSQL does not answer: Connection attempt timed out (" + address + ").");
            }
        }
    }

    /** As on a busy machine, or when both were started together. */
    @Test
    void startWhenPostgresAnswersAfterAWhileThenStarts(CapturedOutput output) {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (var relay = PostgresRelay.to(database)) {
            relay.refuse(true);
            var started = CompletableFuture.supplyAsync(() -> GatehouseServer.start(relay.settings()));
            Await.until("the first attempt fails", () -> output.getAll().contains("): trying again for up to "));
            relay.refuse(false);

            try (var server = started.join()) {
                assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/me", null)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(output.getAll())
                    .containsOnlyOnce("): trying again for up to ")
                    .contains("PostgreSQL answers after ");
        }
    }

    @Test
    void stopWhenStillWaitingForPostgresThenIsAStopAndNoFailure() throws IOException {
        try (var silent = new ServerSocket(0)) {
            String address = "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/gatehouse";
            try (var starting = GatehouseProcess.launch(Map.of("spring.datasource.url", address))) {
                silent.accept();
                Instant asked = Instant.now();
                int exitCode = starting.stop();

                assertThat(Duration.between(asked, Instant.now()))
                        .as("a minute is waited otherwise")
                        .isLessThan(Duration.ofSeconds(30));
                assertStopped(starting, exitCode);
            }
        }
    }

    /** At any moment of the start: so long after each of these lines. Hibernate is waited for soon after the last but one. */
    @ParameterizedTest
    @CsvSource({
        "the database is H2, 0",
        "schema migrated, 100",
        "schema migrated, 400",
        "schema migrated, 800",
        "user created: user=root, 0"
    })
    void stopWhenStartingThenIsAStopAndNoFailure(String line, int after) throws InterruptedException {
        try (var starting = GatehouseProcess.launch(TestDatabase.H2.fresh())) {
            Await.until(line, () -> starting.output().contains(line));
            TimeUnit.MILLISECONDS.sleep(after);
            int exitCode = starting.stop();

            assertStopped(starting, exitCode);
        }
    }

    private static void assertStopped(GatehouseProcess stopped, int exitCode) {
        assertThat(exitCode).as(stopped.output()).isEqualTo(143);
        assertThat(stopped.output())
                .containsOnlyOnce("stopped while starting")
                .doesNotContain(" ERROR ", "\tat ", "Description:");
        assertThat(stopped.errors()).doesNotContain("Exception");
        assertThat(GatehouseProcess.complaintsIn(stopped.output()))
                .allSatisfy(line -> assertThat(line).contains("root still has the default password"));
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = "amd64",
            disabledReason = "the build fetches an old PostgreSQL for this system alone")
    void startWhenPostgresIsTooOldThenStopsAndWritesNothing(CapturedOutput output) throws SQLException {
        try (var old = OldPostgres.start()) {
            assertRefusedHere(
                    output,
                    old.settings(),
                    "PostgreSQL 12 is too old: Gatehouse needs 13 or newer ("
                            + old.settings().get("spring.datasource.url") + ").");
            assertThat(old.tables()).isEmpty();
        }
    }

    @Test
    void startWhenThePasswordIsWrongThenStopsAndDoesNotSayIt(CapturedOutput output) throws SQLException {
        Map<String, String> right = TestDatabase.POSTGRES.fresh();
        Map<String, String> wrong = new LinkedHashMap<>(right);
        wrong.put("spring.datasource.password", "canary");

        assertNotLetIn(output, wrong);
        assertThat(column(right, "select tablename from pg_tables where schemaname = 'public'"))
                .isEmpty();
    }

    @Test
    void startWhenTheUserOfPostgresIsUnknownThenStops(CapturedOutput output) {
        Map<String, String> database = new LinkedHashMap<>(TestDatabase.POSTGRES.fresh());
        database.put("spring.datasource.username", "nobody");
        database.put("spring.datasource.password", "canary");

        assertNotLetIn(output, database);
    }

    @Test
    void startWhenNoPasswordIsGivenThenStopsAtOnce(CapturedOutput output) {
        Map<String, String> database = new LinkedHashMap<>(TestDatabase.POSTGRES.fresh());
        database.remove("spring.datasource.password");

        assertRefusedHere(
                output,
                database,
                "PostgreSQL refuses the connection: The server requested SCRAM-based authentication, but no password was provided ("
                        + database.get("spring.datasource.url") + ").");
    }

    @Test
    void startWhenPostgresHasNoSuchDatabaseThenStops(CapturedOutput output) {
        Map<String, String> database = new LinkedHashMap<>(TestDatabase.POSTGRES.fresh());
        database.computeIfPresent("spring.datasource.url", (key, url) -> url + "_absent");

        assertRefusedHere(
                output, database, "PostgreSQL has no such database (" + database.get("spring.datasource.url") + ").");
    }

    @Test
    void startWhenTheDatabaseHasANewerSchemaThenStopsAndLeavesItAlone(CapturedOutput output) throws SQLException {
        Map<String, String> database = TestDatabase.POSTGRES.started();
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement()) {
            statement.execute("insert into flyway_schema_history values (99, '99', 'later', 'SQL', 'V99__later.sql', 1,"
                    + " 'postgres', now(), 1, true)");
        }

        assertRefusedHere(
                output,
                database,
                "the database has version 99 of the schema, which is newer than this Gatehouse ("
                        + database.get("spring.datasource.url") + ").");
        assertThat(column(database, "select version from flyway_schema_history order by installed_rank"))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.port", "management.server.port"})
    void startWhenAPortIsInUseThenSaysWhichAndHowToChooseAnotherAndWritesNothing(String setting) throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var refused = GatehouseProcess.launch(Map.of(), setting + "=" + other.getLocalPort())) {
            refused.awaitExit();
            Matcher option = Pattern.compile("--%s=[0-9]+".formatted(setting)).matcher(refused.output());

            assertThat(option.find()).as(refused.output()).isTrue();
            assertRefused(
                    refused,
                    "port %d is in use by another process, or not allowed: stop that process, or choose another port with %s (with Maven: mvn spring-boot:run -Dspring-boot.run.arguments=%s)."
                            .formatted(other.getLocalPort(), option.group(), option.group()));
        }
    }

    private static void assertNotLetIn(CapturedOutput output, Map<String, String> database) {
        assertRefusedHere(
                output,
                database,
                "PostgreSQL does not let this user in: the name or the password is wrong ("
                        + database.get("spring.datasource.url") + ").");
        assertThat(output).doesNotContain("canary");
    }

    private static List<String> column(Map<String, String> database, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static int unusedPort() throws IOException {
        try (var probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }
}
