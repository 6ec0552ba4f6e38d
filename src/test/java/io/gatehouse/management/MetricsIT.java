package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the metrics and the health count, and that they name nobody. */
@ExtendWith(OutputCaptureExtension.class)
class MetricsIT {

    private static final String ROOT = "root:Milvus";

    @Test
    void loginsWhenTheyEndThenAreCountedByOutcome() {
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class, TestDatabase.H2, "gatehouse.throttle.failures-per-user=1")) {
            me(server, ROOT);
            me(server, ROOT);
            me(server, "nobody:wrong");
            me(server, "nobody:wrong");
            me(server, "nobody:wrong");

            assertThat(logins(server, "cached", "success")).isEqualTo(1);
            assertThat(logins(server, "hashed", "success")).isEqualTo(1);
            assertThat(logins(server, "hashed", "refused")).isEqualTo(2);
            assertThat(logins(server, "none", "throttled")).isEqualTo(1);
            assertThat(logins(server, "none", "overloaded")).isZero();
            assertThat(new Metrics(server).value("cache_gets_total{cache=\"verified-tokens\",result=\"hit\"}"))
                    .isEqualTo(1);
            assertThat(new Metrics(server).value("cache_gets_total{cache=\"verified-tokens\",result=\"miss\"}"))
                    .isEqualTo(4);
            assertThat(new Metrics(server).value("cache_size{cache=\"verified-tokens\"}"))
                    .isEqualTo(1);
            // Root's is made at the start
            assertThat(new Metrics(server).value("gatehouse_hashing_time_seconds_count"))
                    .isEqualTo(4);
            assertThat(new Metrics(server).value("gatehouse_hashing_time_seconds_bucket{le=\"2.5\"}"))
                    .isEqualTo(4);
            assertThat(new Metrics(server).value("gatehouse_hashing_queued")).isZero();
            assertThat(new Metrics(server).value("gatehouse_hashing_queue_free"))
                    .isEqualTo(100);
            assertThat(new Metrics(server).value("gatehouse_hashing_active")).isZero();
            assertThat(new Metrics(server).value("gatehouse_authentication_enabled"))
                    .isEqualTo(1);
            assertThat(new Metrics(server).text()).contains("http_server_requests_seconds_count{");
        }
    }

    @Test
    void callsOverGrpcWhenTheyEndThenAreCountedByMethodAndOutcome() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            var grpc = new Grpc(server);
            grpc.list(ROOT);
            grpc.list(ROOT);
            grpc.list("root:wrong");
            for (String method : List.of(
                    "milvus.proto.milvus.MilvusService/Search",
                    "milvus.proto.milvus.MilvusService/Query",
                    "milvus.proto.milvus.MilvusService/Any",
                    "any/name")) {
                assertThatThrownBy(() -> grpc.call(method, Grpc.metadata(ROOT), new byte[0]))
                        .isInstanceOf(StatusRuntimeException.class);
            }

            Await.until("the last call is counted", () -> unknown(server) == 2);
            assertThat(new Metrics(server)
                            .value(
                                    "grpc_server_processing_duration_seconds_count{method=\"ListCredUsers\",methodType=\"UNARY\","
                                            + "service=\"milvus.proto.milvus.MilvusService\",statusCode=\"OK\"}"))
                    .isEqualTo(2);
            assertThat(
                            new Metrics(server)
                                    .value(
                                            "grpc_server_processing_duration_seconds_count{method=\"ListCredUsers\",methodType=\"UNARY\","
                                                    + "service=\"milvus.proto.milvus.MilvusService\",statusCode=\"UNAUTHENTICATED\"}"))
                    .isEqualTo(1);
            assertThat(logins(server, "hashed", "success")).isEqualTo(1);
            assertThat(logins(server, "cached", "success")).isEqualTo(3);
            assertThat(logins(server, "hashed", "refused")).isEqualTo(1);
            assertThat(new Metrics(server).text()).doesNotContain("Search", "Query", "\"Any\"", "any/name", "\"any\"");
        }
    }

    /** The calls of Milvus' other methods, which are one to the metrics. What is no method at all is none, or a client could make series. */
    private static double unknown(GatehouseServer server) {
        return new Metrics(server)
                .value("grpc_server_processing_duration_seconds_count{method=\"unknown\",methodType=\"UNKNOWN\","
                        + "service=\"unknown\",statusCode=\"UNIMPLEMENTED\"}");
    }

    @Test
    void usersWhenCountedThenIncludeRoot() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            Await.until("root is counted", () -> new Metrics(server).value("gatehouse_users") == 1);

            new AdminApi(server).create(ROOT, "user_1", "P@ssw0rd");

            Await.until("the new user is counted", () -> new Metrics(server).value("gatehouse_users") == 2);
        }
    }

    @Test
    void rootPasswordWhenChangedThenTheGaugeFollowsAtOnce() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            var api = new AdminApi(server);
            double before = new Metrics(server).value("gatehouse_root_default_password");

            api.changePassword(ROOT, "root", "Milvus", "P@ssw0rd");
            double changed = new Metrics(server).value("gatehouse_root_default_password");
            Answer details = Http.send(server, "root:P@ssw0rd", "GET", "/readyz", null);
            api.changePassword("root:P@ssw0rd", "root", "P@ssw0rd", "Milvus");
            double changedBack = new Metrics(server).value("gatehouse_root_default_password");

            assertThat(List.of(before, changed, changedBack)).containsExactly(1.0, 0.0, 1.0);
            assertThat(details.body()).contains("\"rootPassword\":{\"details\":{\"default\":false}");
        }
    }

    @Test
    void authenticationWhenOffThenStartWarnsAndTheGaugeSaysSo(CapturedOutput output) {
        try (GatehouseServer server =
                GatehouseServer.start(TestDatabase.H2, "common.security.authorizationEnabled=false")) {
            assertThat(new Metrics(server).value("gatehouse_authentication_enabled"))
                    .isZero();
            assertThat(Http.send(server, null, "GET", "/actuator/prometheus", null)
                            .status())
                    .isEqualTo(404);
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("authentication is off")))
                .singleElement()
                .asString()
                .contains(" WARN ")
                .endsWith("authentication is off: every request may do everything"
                        + " (common.security.authorizationEnabled is false)");
    }

    @Test
    void databaseWhenAwayThenProbesSayNotReadyAndMetricsStillAnswer() {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server =
                        GatehouseServer.start(database, "spring.datasource.hikari.connection-timeout=500");
                GatehouseServer other = GatehouseServer.start(database)) {
            Await.until("root is counted", () -> new Metrics(server).value("gatehouse_users") == 1);
            new AdminApi(other).changePassword(ROOT, "root", "Milvus", "P@ssw0rd");
            Await.until(
                    "the other replica's change is seen",
                    () -> new Metrics(server).value("gatehouse_root_default_password") == 0);

            TestDatabase.interrupt(database);
            Await.until("the probe sees it", () -> status(server, "/readyz") == 503);
            Answer ready = Http.send(server, null, "GET", "/readyz", null);
            Answer healthz = Http.send(server, null, "GET", "/healthz", null);
            Answer health = management(server, "/actuator/health");
            Answer managementHealthz = management(server, "/healthz");
            int live = status(server, "/livez");
            me(server, "nobody:x");
            double unavailable = logins(server, "none", "storage-unavailable");
            double users = new Metrics(server).value("gatehouse_users");
            TestDatabase.resume(database);

            assertThat(ready.body()).isEqualTo("{\"status\":\"DOWN\"}");
            assertThat(healthz.status()).isEqualTo(503);
            assertThat(healthz.body()).isEqualTo("not ready");
            assertThat(managementHealthz.status()).isEqualTo(503);
            assertThat(managementHealthz.body()).isEqualTo("not ready");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.body()).isEqualTo("{\"status\":\"DOWN\"}");
            assertThat(live).isEqualTo(200);
            assertThat(unavailable).isEqualTo(1);
            assertThat(users).isEqualTo(1);
            Await.until("it is ready again", () -> status(server, "/readyz") == 200);
        }
    }

    @Test
    void metricsAndHealthWhenUsersComeAndGoThenNameNobody() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            var api = new AdminApi(server);
            String token = "canary_name:canary_word";
            api.create(ROOT, "canary_name", "canary_word");
            api.logIn(token);
            api.logIn("canary_name:canary_wrong");
            api.logIn("canary_nobody:canary_wrong");
            api.describe(token, "canary_name");
            api.changePassword(token, "canary_name", "canary_word", "canary_other");
            Http.send(server, null, "GET", "/canary_path", null);
            Http.send(server, ROOT, "GET", "/canary_path", null);
            Http.send(server, ROOT, "POST", "/v2/vectordb/canary_path", "{\"userName\":\"canary_name\"}");
            var grpc = new Grpc(server);
            grpc.logIn(token);
            grpc.logIn("canary_name:canary_wrong");
            grpc.describe(ROOT, "canary_name");
            assertThatThrownBy(() -> grpc.call("canary/canary", Grpc.metadata(ROOT), new byte[0]))
                    .isInstanceOf(StatusRuntimeException.class);
            api.drop(ROOT, "canary_name");

            List<String> bodies = List.of(
                    new Metrics(server).text(),
                    management(server, "/actuator/health").body(),
                    management(server, "/actuator/info").body(),
                    management(server, "/healthz").body(),
                    Http.send(server, null, "GET", "/readyz", null).body(),
                    Http.send(server, ROOT, "GET", "/readyz", null).body());

            assertThat(bodies)
                    .noneMatch(body -> body.contains("canary"))
                    .noneMatch(body -> body.contains("argon2"))
                    .noneMatch(body -> body.contains(ROOT))
                    .noneMatch(body -> body.contains("127.0.0.1"));
        }
    }

    @Test
    void diskSpaceWhenTheDatabaseIsH2ThenIsThatOfItsDirectory() {
        Map<String, String> database = TestDatabase.H2.fresh();
        try (GatehouseServer server = GatehouseServer.start(database)) {
            String path = "{path=\"" + database.get("gatehouse.data-directory") + "\"}";

            assertThat(new Metrics(server).value("disk_total_bytes" + path)).isPositive();
            assertThat(new Metrics(server).value("disk_free_bytes" + path)).isPositive();
        }
    }

    private static Answer me(GatehouseServer server, String token) {
        return Http.send(server, token, "GET", "/api/v1/me", null);
    }

    private static int status(GatehouseServer server, String path) {
        return Http.send(server, null, "GET", path, null).status();
    }

    private static double logins(GatehouseServer server, String how, String outcome) {
        return new Metrics(server).value("gatehouse_logins_total{how=\"%s\",outcome=\"%s\"}".formatted(how, outcome));
    }

    private static Answer management(GatehouseServer server, String path) {
        return Http.send(HttpRequest.newBuilder(server.managementUri(path)).build());
    }
}
