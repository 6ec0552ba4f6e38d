package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** More clients than there are threads announce a body and send none, or too late: nobody else notices. */
@ExtendWith(OutputCaptureExtension.class)
class SlowBodyIT {

    private static final String FEW_THREADS = "server.jetty.threads.max=16";
    private static final int MORE = 24;
    private static final String ROOT = "Authorization: Bearer root:Milvus";
    private static final String LIST = "POST /v2/vectordb/users/list HTTP/1.1";
    private static final byte[] NONE = {};

    /** How many of the largest bodies of one user may be on their way. */
    private static final int SHARE = 32;

    /** The time that a slow client has is longer than any test. */
    private static final GatehouseServer SERVER = GatehouseServer.start(
            TestDatabase.H2,
            FEW_THREADS,
            "gatehouse.http.body-timeout=1m",
            "gatehouse.front.connections-per-address=400");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /livez, 200",
        "HEAD, /livez, 200",
        "GET, /readyz, 200",
        "GET, /healthz, 200",
        "GET, /, 302",
        "GET, /v3/api-docs, 200",
        "GET, /swagger-ui/index.html, 200",
        "GET, /problems/not-found, 200",
        "OPTIONS, /v2/vectordb/x, 204",
        "GET, /api/v1/users, 401",
        "POST, /v2/vectordb/users/list, 401",
        "GET, /api/v1/verify, 401",
        "POST, /nowhere, 401"
    })
    void callWhenStrangersSendNoBodyThenEachIsAnsweredWithoutIt(String method, String path, int status) {
        answeredWithoutTheirBody(SERVER.uri(path), method, status);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /healthz, 200",
        "GET, /actuator/health, 200",
        "GET, /actuator/prometheus, 200",
        "GET, /actuator/sbom, 401",
        "POST, /actuator/health, 405",
        "GET, /nowhere, 404"
    })
    void callOnTheManagementPortWhenStrangersSendNoBodyThenEachIsAnsweredWithoutIt(
            String method, String path, int status) {
        answeredWithoutTheirBody(SERVER.managementUri(path), method, status);
    }

    private static void answeredWithoutTheirBody(URI uri, String method, int status) {
        String line = method + " " + uri.getPath() + " HTTP/1.1";
        for (String[] announced : new String[][] {
            {line, "Content-Length: 1"},
            {line, "Transfer-Encoding: chunked"},
            {line, "Content-Length: 1", "Content-Type: application/x-www-form-urlencoded"}
        }) {
            together(() -> new RawHttp(uri), strangers -> {
                strangers.forEach(stranger -> stranger.begin(NONE, announced));

                assertThat(strangers).allSatisfy(stranger -> {
                    RawHttp.Answer answer = stranger.head();
                    assertThat(answer.status()).isEqualTo(status);
                    assertThat(answer.head()).anyMatch(field -> field.equalsIgnoreCase("Connection: close"));
                });
            });
        }
    }

    @Test
    void callWhenAStrangersBodyHasComeThenTheConnectionGoesOn() {
        try (var http = new RawHttp(SERVER)) {
            for (int i = 0; i < 2; i++) {
                RawHttp.Answer answer = http.send(new byte[] {'x'}, "GET /livez HTTP/1.1");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.head()).noneMatch(field -> field.equalsIgnoreCase("Connection: close"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2", "Transfer-Encoding: chunked"})
    void callWhenCallersAreSlowThenOthersAreAnsweredMeanwhileAndTheyAreAfterIt(String announced) {
        byte[] body = announced.startsWith("Content") ? bytes("{}") : bytes("1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
        together(() -> new RawHttp(SERVER), callers -> {
            callers.forEach(caller -> caller.begin(NONE, LIST, ROOT, announced));

            Http.Answer meanwhile = Http.send(HttpRequest.newBuilder(SERVER.uri("/api/v1/me"))
                    .header("Authorization", "Bearer root:Milvus")
                    .build());
            assertThat(meanwhile.status()).isEqualTo(200);
            assertThat(callers).noneMatch(RawHttp::hasAnswer);
            callers.forEach(caller -> {
                for (byte one : body) {
                    caller.more(new byte[] {one});
                }
            });
            assertThat(callers).allSatisfy(caller -> {
                RawHttp.Answer answer = caller.answer();
                assertThat(answer.body()).isEqualTo("{\"code\":0,\"data\":[\"root\"]}");
                assertThat(answer.head())
                        .filteredOn(field -> field.startsWith("X-Request-Id: "))
                        .hasSize(1);
                // The next request comes over the same connection
                assertThat(caller.send(bytes("{}"), LIST, ROOT).status()).isEqualTo(200);
            });
        });
    }

    @Test
    void callWhenTheClientWaitsToBeToldToGoOnThenIsTold() {
        try (var http = new RawHttp(SERVER)) {
            http.begin(NONE, LIST, ROOT, "Content-Length: 2", "Expect: 100-continue");
            RawHttp.Answer told = http.head();
            http.more(bytes("{}"));

            assertThat(told.status()).isEqualTo(100);
            assertThat(http.answer().body()).isEqualTo("{\"code\":0,\"data\":[\"root\"]}");
        }
    }

    @Test
    void callWhenTheCallerIsDroppedWhileTheBodyIsOnItsWayThenIsRefused() {
        try (var http = new RawHttp(SERVER);
                var admin = new RawHttp(SERVER)) {
            createAdministrator(admin, "leaving");
            http.begin(NONE, LIST, "Authorization: Bearer leaving:Milvus1", "Content-Length: 2");
            http.more(bytes("{"));
            Await.until(
                    "its token was good",
                    () -> admin.send(NONE, "GET /api/v1/audit-events?user=leaving&action=login HTTP/1.1", ROOT)
                            .body()
                            .contains("success"));
            assertThat(admin.send(NONE, "DELETE /api/v1/users/leaving HTTP/1.1", ROOT)
                            .status())
                    .isEqualTo(204);
            http.more(bytes("}"));

            assertThat(http.answer().status()).isEqualTo(401);
        }
    }

    @Test
    void callWhenABodyGrowsBeyondTheLimitThenIsRefused() {
        byte[] large = bytes("10001\r\n" + "x".repeat(0x10001) + "\r\n");
        try (var http = new RawHttp(SERVER)) {
            http.begin(NONE, LIST, ROOT, "Transfer-Encoding: chunked");
            http.more(large);
            RawHttp.Answer refused = http.answer();

            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.body())
                    .isEqualTo("{\"code\":1100,\"message\":\"request body too large: invalid parameter[more than 65536"
                            + " bytes]\"}");
            assertThat(http.ends()).isTrue();
        }
    }

    @Test
    void callWhenAUsersBodiesOnTheirWayAreTooMuchThenOnlyItsNextSlowOneIsRefused() {
        String slow = "Authorization: Bearer slow:Milvus1";
        List<RawHttp> callers = new ArrayList<>();
        try (var other = new RawHttp(SERVER)) {
            createAdministrator(other, "slow");
            for (int i = 0; i <= SHARE; i++) {
                callers.add(new RawHttp(SERVER));
                callers.get(i).begin(NONE, LIST, slow, "Content-Length: 65536");
            }
            RawHttp.Answer refused = refusedOneOf(callers);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("too many request bodies are still to arrive");
            assertThat(refused.head()).contains("Retry-After: 1");
            assertThat(other.send(bytes("{}"), LIST, slow).status()).isEqualTo(200);
        } finally {
            callers.forEach(RawHttp::close);
        }
        Await.until("it has its share again", () -> {
            try (var again = new RawHttp(SERVER)) {
                again.begin(NONE, LIST, slow, "Content-Length: 2");
                again.more(bytes("{"));
                again.more(bytes("}"));
                return again.answer().status() == 200;
            }
        });
    }

    @Test
    void callWhenAnotherUsersBodiesAreSlowThenIsWaitedFor() {
        List<RawHttp> callers = new ArrayList<>();
        try (var other = new RawHttp(SERVER)) {
            createAdministrator(other, "slower");
            for (int i = 0; i < 8 * SHARE; i++) {
                callers.add(new RawHttp(SERVER));
                callers.get(i).begin(NONE, LIST, "Authorization: Bearer slower:Milvus1", "Transfer-Encoding: chunked");
                callers.get(i).more(bytes("ffff\r\n" + "x".repeat(0xffff) + "\r\n"));
            }
            Await.until(
                    "it has no more than its share",
                    () -> callers.stream().filter(RawHttp::hasAnswer).count() == 7 * SHARE);

            other.begin(NONE, LIST, ROOT, "Transfer-Encoding: chunked");
            other.more(bytes("2\r\n{}\r\n0\r\n\r\n"));
            assertThat(other.answer().status()).isEqualTo(200);
        } finally {
            callers.forEach(RawHttp::close);
        }
    }

    private static void createAdministrator(RawHttp http, String name) {
        byte[] user = bytes("{\"userName\":\"%s\",\"password\":\"Milvus1\"}".formatted(name));
        assertThat(http.send(user, "POST /api/v1/users HTTP/1.1", ROOT, "Content-Type: application/json")
                        .status())
                .isEqualTo(201);
        assertThat(http.send(NONE, "PUT /api/v1/users/%s/roles/admin HTTP/1.1".formatted(name), ROOT)
                        .status())
                .isEqualTo(204);
    }

    private static RawHttp.Answer refusedOneOf(List<RawHttp> callers) {
        Await.until("one is refused", () -> callers.stream().anyMatch(RawHttp::hasAnswer));
        List<RawHttp> answered = callers.stream().filter(RawHttp::hasAnswer).toList();
        assertThat(answered).hasSize(1);
        return answered.get(0).answer();
    }

    @Test
    void callWhenABodyTakesTooLongThenIsRefusedInTheWordsOfItsFaceAndNothingIsLogged(CapturedOutput output) {
        try (GatehouseServer server =
                GatehouseServer.start(TestDatabase.H2, FEW_THREADS, "gatehouse.http.body-timeout=500ms")) {
            int before = output.getOut().length();

            assertThat(timedOut(server, "POST /v2/vectordb/users/list"))
                    .isEqualTo("{\"code\":10001,\"message\":\"request timeout\"}");
            assertThat(timedOut(server, "POST /api/v1/users"))
                    .contains("\"type\":\"/problems/request-timeout\"")
                    .contains("\"status\":408");
            assertThat(timedOut(server, "POST /api/v1/verify"))
                    .isEqualTo("{\"code\":10001,\"message\":\"request timeout\"}");
            assertThat(timedOut(server, "GET /livez")).contains("\"status\":408");
            malformed(server);
            leftEarly(server);
            assertThat(output.getOut().substring(before))
                    .doesNotContain(" ERROR ")
                    .doesNotContain(" WARN ")
                    .doesNotContain("\tat ");
        }
    }

    /** What all of many are told that have a token and send no body, or send a byte of it now and then. */
    private static String timedOut(GatehouseServer server, String request) {
        List<String> bodies = new ArrayList<>();
        together(() -> new RawHttp(server), callers -> {
            callers.forEach(caller -> caller.begin(NONE, request + " HTTP/1.1", ROOT, "Content-Length: 2"));
            callers.get(0).more(bytes("{"));
            callers.forEach(caller -> {
                RawHttp.Answer answer = caller.answer();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.head()).anyMatch(field -> field.equalsIgnoreCase("Connection: close"));
                assertThat(caller.ends()).isTrue();
                bodies.add(answer.body());
            });
        });
        return bodies.get(0);
    }

    private static void malformed(GatehouseServer server) {
        try (var http = new RawHttp(server)) {
            http.begin(NONE, "POST /api/v1/users HTTP/1.1", ROOT, "Transfer-Encoding: chunked");
            http.more(bytes("no number\r\n"));
            RawHttp.Answer refused = http.answer();

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("\"detail\":\"the request body is malformed\"");
            assertThat(http.ends()).isTrue();
        }
    }

    private static void leftEarly(GatehouseServer server) {
        try (var http = new RawHttp(server)) {
            http.begin(NONE, LIST, ROOT, "Content-Length: 2");
        }
        assertThat(Http.send(HttpRequest.newBuilder(server.uri("/livez")).build())
                        .status())
                .isEqualTo(200);
    }

    private static void together(Supplier<RawHttp> connect, Consumer<List<RawHttp>> test) {
        List<RawHttp> connections = new ArrayList<>();
        try {
            for (int i = 0; i < MORE; i++) {
                connections.add(connect.get());
            }
            test.accept(connections);
        } finally {
            connections.forEach(RawHttp::close);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
