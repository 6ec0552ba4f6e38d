package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees of the process: its log and its end. */
class OperatedProcessIT {

    /** Some seconds a hash. */
    private static final String SLOW_MEMORY = "gatehouse.hashing.memory=65536";

    private static final String SLOW_PASSES = "gatehouse.hashing.iterations=16";

    /** {@code spring.lifecycle.timeout-per-shutdown-phase} and time for the rest. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    @Test
    void logWhenStructuredThenIsOneJsonObjectALineWithTheRequestId(@TempDir Path folder) {
        Path file = folder.resolve("gatehouse.log");
        try (var gatehouse = GatehouseProcess.start(
                TestDatabase.H2.fresh(),
                "logging.structured.format.console=ecs",
                "logging.structured.format.file=logstash",
                "logging.file.name=" + file)) {
            Answer refused = Http.send(HttpRequest.newBuilder(gatehouse.uri("/api/v1/me"))
                    .header("Authorization", "Bearer root:wrong")
                    .build());
            Await.until(
                    "the refusal is logged",
                    () -> gatehouse.output().contains("login refused")
                            && read(file).contains("login refused"));

            String requestId =
                    refused.response().headers().firstValue("X-Request-Id").orElseThrow();
            assertThat(refused.status()).isEqualTo(401);
            assertStructured(gatehouse.output(), requestId);
            assertStructured(read(file), requestId);
        }
    }

    private static void assertStructured(String log, String requestId) {
        var json = new JsonMapper();
        List<JsonNode> events = log.lines().map(json::readTree).toList();
        JsonNode event = events.stream()
                .filter(line -> line.path("message").asString().startsWith("login refused"))
                .findFirst()
                .orElseThrow();
        assertThat(events).allMatch(JsonNode::isObject);
        assertThat(event.path("message").asString()).isEqualTo("login refused: user=root address=127.0.0.1");
        assertThat(event.path("requestId").asString()).isEqualTo(requestId);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void stopWhenACallIsBeingAnsweredThenAnswersItAndTakesNoOther() throws Exception {
        // On a busy machine this call takes longer than a stop waits by default
        try (var gatehouse = GatehouseProcess.start(
                TestDatabase.H2.started(),
                SLOW_MEMORY,
                SLOW_PASSES,
                "spring.lifecycle.timeout-per-shutdown-phase=60s")) {
            URI face = gatehouse.uri("/api/v1/me");
            URI metrics = gatehouse.managementUri("/actuator/prometheus");
            var slow = CompletableFuture.supplyAsync(() -> Http.send(HttpRequest.newBuilder(face)
                    .header("Authorization", "Bearer nobody:x")
                    .build()));
            Await.until(
                    "the password is being checked",
                    () -> Http.send(HttpRequest.newBuilder(metrics).build())
                            .body()
                            .contains("gatehouse_hashing_active 1.0"));

            gatehouse.beginStop();
            Await.until("new connections are refused", () -> !accepts(face));
            boolean answeredBefore = slow.isDone();

            assertThat(answeredBefore).isFalse();
            assertThat(slow.get(60, TimeUnit.SECONDS).status()).isEqualTo(401);
            assertThat(gatehouse.awaitExit()).isEqualTo(143);
            assertThat(gatehouse.output()).contains("Graceful shutdown complete");
        }
    }

    @Test
    void stopWhenACallTakesTooLongThenEndsWithinTheBound() {
        try (var gatehouse = GatehouseProcess.start(
                TestDatabase.H2.started(),
                SLOW_MEMORY,
                SLOW_PASSES,
                "spring.lifecycle.timeout-per-shutdown-phase=1s")) {
            URI face = gatehouse.uri("/api/v1/me");
            URI metrics = gatehouse.managementUri("/actuator/prometheus");
            List<CompletableFuture<Answer>> slow = IntStream.range(0, 6)
                    .mapToObj(i -> HttpRequest.newBuilder(face)
                            .header("Authorization", "Bearer nobody" + i + ":x")
                            .build())
                    .map(request -> CompletableFuture.supplyAsync(() -> Http.send(request)))
                    .toList();
            Await.until(
                    "passwords wait",
                    () -> Http.send(HttpRequest.newBuilder(metrics).build())
                            .body()
                            .contains("gatehouse_hashing_active 1.0"));

            Instant stopped = Instant.now();
            gatehouse.beginStop();

            assertThat(gatehouse.awaitExit()).isEqualTo(143);
            assertThat(slow).hasSize(6);
            assertThat(Duration.between(stopped, Instant.now())).isLessThan(LONGEST_STOP);
        }
    }

    private static boolean accepts(URI uri) {
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
