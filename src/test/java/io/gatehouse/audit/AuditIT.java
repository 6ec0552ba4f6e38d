package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.annotation.Scheduled;
import tools.jackson.databind.JsonNode;

/** The audit trail: what a transaction owes it, what it loses, what it keeps, and who may read it. */
@ExtendWith(OutputCaptureExtension.class)
class AuditIT {

    private static final String NEW_USER = "{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\"}";

    private final GatehouseServer shared = GatehouseServer.shared(TestDatabase.H2);

    @Test
    void changeWhenItsEventCannotBeWrittenThenIsUndone() throws SQLException {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.start(database)) {
            execute(
                    database,
                    "alter table audit_events add constraint nothing check (action <> 'create-user') not valid");

            Answer refused = Http.send(server, "root:Milvus", "POST", "/api/v1/users", NEW_USER);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(new AdminApi(server).list("root:Milvus").names()).containsExactly("root");
        }
    }

    @Test
    void eventWhenItsChangeFailsAtTheCommitThenIsUndoneAndTheFailureIsTold() throws SQLException {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.start(database)) {
            execute(
                    database,
                    "create function refuse() returns trigger language plpgsql as"
                            + " 'begin raise exception ''at the commit''; end'");
            execute(
                    database,
                    "create constraint trigger at_commit after insert on users deferrable initially deferred"
                            + " for each row execute function refuse()");

            Answer refused = Http.send(server, "root:Milvus", "POST", "/api/v1/users", NEW_USER);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(new AdminApi(server).list("root:Milvus").names()).containsExactly("root");
            Trail trail = new Trail(server);
            Await.until(
                    "the failure is written",
                    () -> trail.lines("result=failed")
                            .equals(List.of("create-user api root user_1 - failed storage-unavailable")));
            assertThat(trail.lines("action=create-user&result=success"))
                    .containsExactly("create-user start - root - success -");
        }
    }

    @Test
    void eventsWhenTheDatabaseIsAwayForLongThenTheQueueIsBoundedAndLossIsSaid(CapturedOutput output) {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.start(
                database,
                "gatehouse.audit.queue=2",
                "gatehouse.cluster.staleness=60s",
                "spring.datasource.hikari.connection-timeout=500")) {
            Face api = new AdminApi(server);
            api.create("root:Milvus", "user_1", "P@ssw0rd");
            Await.until(
                    "the caller is known",
                    () -> api.list("user_1:P@ssw0rd").refusal().equals(Optional.of(Problem.PERMISSION_DENIED)));
            Trail trail = new Trail(server);
            Await.until("all is written", () -> trail.lines("user=user_1").size() == 2);

            TestDatabase.interrupt(database);
            for (int i = 0; i < 8; i++) {
                api.describe("user_1:P@ssw0rd", "name_" + i);
            }
            double lost = new Metrics(server).value("gatehouse_audit_lost_total");
            TestDatabase.resume(database);

            // Up to one batch is in the hands of the writer, two events wait
            assertThat(lost).isBetween(4.0, 6.0);
            Await.until("what was kept is written", () -> lines(trail).size() == 8 - (int) lost);
            Await.until(
                    "the loss is said",
                    () -> output.getOut()
                            .contains("audit events were lost, as the database did not take them in time: count="));
        }
    }

    @Test
    void loginsWhenThrottledThenAreOneEventAndAreCounted() {
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class, TestDatabase.H2, "gatehouse.throttle.failures-per-user=1")) {
            Face api = new AdminApi(server);
            for (int i = 0; i < 5; i++) {
                api.logIn("root:wrong-password");
            }

            Trail trail = new Trail(server);
            // root's own address is the guesser's: another name reads
            assertThat(new Metrics(server).value("gatehouse_audit_coalesced_total"))
                    .isEqualTo(3.0);
            server.bean(RepeatedRefusals.class).stop();
            server.bean(AuditWriter.class).stop();
            List<String> lines = server
                    .bean(AuditStore.class)
                    .find(AuditQuery.of(null, null, "login", null, null, null, null), 10)
                    .stream()
                    .map(stored ->
                            stored.event().reason() + " " + stored.event().count())
                    .toList();
            assertThat(lines).containsExactly("too-many-attempts 3", "unauthenticated 2");
            assertThat(trail.read("root:wrong-password", "").status()).isEqualTo(429);
        }
    }

    @Test
    void stopWhenEventsAndCountsWaitThenTheyAreWrittenFirst() {
        Map<String, String> database = TestDatabase.H2.fresh();
        try (GatehouseServer server = GatehouseServer.start(database)) {
            for (int i = 0; i < 50; i++) {
                new AdminApi(server).logIn("nobody:wrong-password");
            }
        }

        try (GatehouseServer server = GatehouseServer.start(database)) {
            assertThat(new Trail(server).events("action=login&result=denied"))
                    .extracting(event -> event.path("count").asLong())
                    .containsExactly(50L);
        }
    }

    @Test
    void retentionWhenEventsAreOldThenDeletesThem() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.audit.kept-for=1d")) {
            server.bean(AuditStore.class).insert(AuditFixture.login(1, "user_1", null));

            server.bean(AuditRetention.class).deleteOld();

            assertThat(new Trail(server).lines("")).isNotEmpty().noneMatch(line -> line.contains("user_1"));
        }
    }

    @Test
    void startWhenEventsWouldBeDeletedAtOnceThenIsRefusedAndSaysWhy(CapturedOutput output) {
        assertThatThrownBy(() -> GatehouseServer.start(TestDatabase.H2, "gatehouse.audit.kept-for=0"));

        assertThat(output.getOut()).contains("gatehouse.audit.kept-for must be 1d to 36500d, with its unit");
    }

    @Test
    void retentionWhenItTakesLongThenDelaysNothingElse() throws InterruptedException {
        try (GatehouseServer server = GatehouseServer.startWith(Ticks.class, TestDatabase.H2)) {
            var ticks = server.bean(Ticks.class);
            synchronized (server.bean(AuditRetention.class)) {
                Await.until("the retention waits", AuditIT::retentionIsBlocked);
                int before = ticks.count.get();

                Await.until("the clock ticks on", () -> ticks.count.get() > before + 2);
            }
        }
    }

    private static boolean retentionIsBlocked() {
        return Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(thread -> thread.getKey().getState() == Thread.State.BLOCKED
                        && Arrays.stream(thread.getValue())
                                .anyMatch(frame -> frame.getClassName().equals(AuditRetention.class.getName())));
    }

    /** Something else that is done from time to time. */
    static class Ticks {

        private final AtomicInteger count = new AtomicInteger();

        @Scheduled(fixedDelay = 50)
        void tick() {
            count.incrementAndGet();
        }
    }

    @Test
    void retentionWhenEventsAreNewThenKeepsThem() {
        shared.bean(AuditRetention.class).deleteOld();

        assertThat(new Trail(shared).lines("target=root&action=create-user"))
                .containsExactly("create-user start - root - success -");
    }

    @Test
    void logFileWhenSetThenHasEachEventAsALine(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.audit.log-file=" + file)) {
            new AdminApi(server).create("root:Milvus", "user_1", "P@ssw0rd");
            new AdminApi(server).logIn("user_1:wrong-password");

            Trail trail = new Trail(server);
            Await.until("all is written", () -> trail.lines("").size() == 4);
            Await.until("all is in the file", () -> linesOf(file).size() == 4);
            List<JsonNode> events = trail.events("");
            assertThat(linesOf(file))
                    .containsExactlyInAnyOrderElementsOf(
                            events.stream().map(JsonNode::toString).toList());
        }
    }

    @Test
    void failedLoginWhenTheUserIsKnownThenIsFoundByTarget() {
        new AdminApi(shared).create("root:Milvus", "audit_target", "P@ssw0rd");
        for (Face face : List.of(new AdminApi(shared), new RestV2(shared), new Grpc(shared))) {
            face.logIn("audit_target:wrong-password");
        }

        Trail trail = new Trail(shared);
        Await.until(
                "all are written",
                () -> trail.lines("target=audit_target&action=login")
                        .equals(List.of(
                                "login api audit_target audit_target - denied unauthenticated",
                                "login rest-v2 audit_target audit_target - denied unauthenticated",
                                "login grpc audit_target audit_target - denied unauthenticated")));
        assertThat(trail.lines("user=audit_target&action=login")).hasSize(3);
    }

    @Test
    void startWhenTheLogFileCannotBeWrittenThenSaysSo(@TempDir Path directory, CapturedOutput output)
            throws IOException {
        Path file = Files.createFile(directory.resolve("file")).resolve("audit.jsonl");

        assertThatThrownBy(() -> GatehouseServer.start(TestDatabase.H2, "gatehouse.audit.log-file=" + file));

        assertThat(output.getOut()).contains("gatehouse.audit.log-file cannot be written: " + file + ".");
    }

    @Test
    void requestIdWhenInTheAnswerThenIsInTheEvent() {
        Answer created = Http.send(
                shared,
                "root:Milvus",
                "POST",
                "/api/v1/users",
                "{\"userName\":\"audit_id\",\"password\":\"P@ssw0rd\"}");

        JsonNode event = new Trail(shared).events("target=audit_id").get(0);

        assertThat(created.response().headers().firstValue("X-Request-Id"))
                .contains(event.path("requestId").stringValue());
        assertThat(event.path("address").stringValue()).isEqualTo("127.0.0.1");
    }

    @Test
    void namesWhenNoUserCanHaveThemThenAreNotKept() {
        Answer refused = Http.send(
                shared,
                "root:Milvus",
                "POST",
                "/api/v1/users",
                "{\"userName\":\"audit\\r\\n2026 root success\",\"password\":\"P@ssw0rd\"}");

        assertThat(refused.status()).isEqualTo(400);
        Trail trail = new Trail(shared);
        Await.until(
                "the refusal is written",
                () -> trail.lines("result=denied&action=create-user")
                        .contains("create-user api root - - denied invalid-user-name"));
        assertThat(trail.read("root:Milvus", "?limit=1000").body()).doesNotContain("success\\r", "2026 root");
    }

    @Test
    void readWhenTheCallerIsNoAdministratorThenIsDeniedAndThatIsAnEvent() {
        new AdminApi(shared).create("root:Milvus", "audit_plain", "P@ssw0rd");
        Trail trail = new Trail(shared);

        Answer denied = trail.read("audit_plain:P@ssw0rd", "");

        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.json().path("detail").stringValue())
                .isEqualTo("permission denied: audit_plain may not read the audit trail");
        Await.until(
                "the denial is written",
                () -> trail.lines("user=audit_plain")
                        .contains("read-audit-events api audit_plain - - denied permission-denied"));
    }

    @Test
    void readWhenInPagesThenEachEventComesOnce() {
        for (int i = 0; i < 7; i++) {
            new AdminApi(shared).create("root:Milvus", "audit_page_" + i, "P@ssw0rd");
        }
        Trail trail = new Trail(shared);
        List<String> seen = new ArrayList<>();
        String after = "";
        int pages = 0;
        do {
            JsonNode page = trail.read("root:Milvus", "?action=create-user&limit=3" + after)
                    .json();
            page.path("events").forEach(event -> seen.add(event.path("target").asString("")));
            after = page.has("next") ? "&after=" + page.path("next").stringValue() : "";
            pages++;
        } while (!after.isEmpty() && pages < 1000);

        assertThat(seen).endsWith("root");
        assertThat(seen.stream().filter(name -> name.startsWith("audit_page_")))
                .containsExactly(
                        "audit_page_6",
                        "audit_page_5",
                        "audit_page_4",
                        "audit_page_3",
                        "audit_page_2",
                        "audit_page_1",
                        "audit_page_0");
    }

    @Test
    void readWhenFilteredByTimeThenFromIsInAndToIsOut() {
        new AdminApi(shared).create("root:Milvus", "audit_time", "P@ssw0rd");
        Trail trail = new Trail(shared);
        String time = trail.events("target=audit_time").get(0).path("time").stringValue();

        assertThat(trail.lines("target=audit_time&from=" + time)).hasSize(1);
        assertThat(trail.lines("target=audit_time&to=" + time)).isEmpty();
        assertThat(trail.lines("target=audit_time&user=root")).hasSize(1);
        assertThat(trail.lines("target=audit_time&user=nobody")).isEmpty();
        assertThat(trail.lines("target=audit_time&result=denied")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    limit=0             | limit out of range
                    limit=ten           | a value of another type is expected: limit
                    from=yesterday      | from must be a time such as 2026-11-30T00:00:00Z
                    from=2026-02-30T00:00:00Z | from must be a time such as 2026-11-30T00:00:00Z
                    from=2026-11-25T00:00:00 | from must be a time such as 2026-11-30T00:00:00Z
                    to=2026-11-25       | to must be a time such as 2026-11-30T00:00:00Z
                    after=1             | a value of another type is expected: after
                    after=1-            | a value of another type is expected: after
                    after=%27-1         | a value of another type is expected: after
                    since=              | a value of another type is expected: since
                    since=-1            | a value of another type is expected: since
                    since=1-1           | a value of another type is expected: since
                    since=0&after=1-1   | after and since exclude each other
                    since=999999999999999999 | since is beyond the end of the trail,
                    user=%00            | user must be a user name
                    user=               | user must be a user name
                    target=a%20b        | target must be a user name
                    result=good         | result must be one of success, denied, failed
                    """)
    void readWhenAParameterIsWrongThenSaysWhich(String query, String detail) {
        Answer refused = new Trail(shared).read("root:Milvus", "?" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("type").stringValue()).isEqualTo("/problems/malformed-request");
        assertThat(refused.json().path("detail").stringValue()).startsWith(detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOGIN", "log-in", "%0a"})
    void readWhenTheActionIsUnknownThenNamesThem(String action) {
        Answer refused = new Trail(shared).read("root:Milvus", "?action=" + action);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").stringValue())
                .startsWith("action must be one of login, create-user, ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=0000-01-01T00:00:00Z",
                "from=1150-06-20T02:35:29.62386%2B17:04",
                "from=2016-12-31t23:59:59.123456789z",
                "to=9999-12-31T23:59:59-18:00"
            })
    void readWhenATimeIsUnusualThenAnswers(String query) {
        assertThat(new Trail(shared)
                        .read("root:Milvus", "?limit=1&" + query)
                        .json()
                        .path("events"))
                .isNotEmpty();
    }

    @Test
    void actionsWhenDescribedThenAreAllThereAre() {
        List<String> described = new ArrayList<>();
        for (JsonNode parameter : Http.send(shared, null, "GET", "/v3/api-docs", null)
                .json()
                .at("/paths/~1api~1v1~1audit-events/get/parameters")) {
            if (parameter.path("name").stringValue().equals("action")) {
                parameter.at("/schema/enum").forEach(name -> described.add(name.stringValue()));
            }
        }

        assertThat(described)
                .isEqualTo(
                        Arrays.stream(Action.values()).map(AuditResult::written).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999-999999999999999999", "0-0"})
    void readWhenTheCursorIsAtAnEndThenAnswers(String after) {
        assertThat(new Trail(shared).read("root:Milvus", "?after=" + after).status())
                .isEqualTo(200);
    }

    private static List<String> lines(Trail trail) {
        return trail.lines("action=describe-user&user=user_1");
    }

    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void execute(Map<String, String> database, String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
