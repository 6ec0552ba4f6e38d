package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.milvus.grpc.GetVersionRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whom the throttle and the log take for the client. */
@ExtendWith(OutputCaptureExtension.class)
class TrustedProxiesIT {

    private static final Metadata.Key<String> FORWARDED_FOR =
            Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER);

    private static final String THREE = "gatehouse.throttle.failures-per-user=3";
    private static final String HERE = "gatehouse.trusted-proxies=127.0.0.0/8, ::1";
    private static final String ELSEWHERE = "gatehouse.trusted-proxies=192.0.2.0/24";

    private final List<String> guesses = new ArrayList<>();

    @Test
    void logInWhenProxyIsTrustedThenItsClientIsThrottledAndLoggedOnEveryFace(CapturedOutput output) {
        try (var server = GatehouseServer.startWith(StoppedClock.class, TestDatabase.H2, THREE, HERE)) {
            assertThat(api(server, "root:" + guess(), "198.51.100.1, 192.0.2.1"))
                    .isEqualTo(401);
            assertThat(rest(server, "root:" + guess(), "192.0.2.1:5000")).isEqualTo(401);
            assertThat(grpc(server, "root:" + guess(), "192.0.2.1")).isEqualTo(Code.UNAUTHENTICATED);
            assertThat(grpc(server, "root:" + guess(), "garbage,192.0.2.1,127.0.0.9"))
                    .isEqualTo(Code.UNAUTHENTICATED);

            assertThat(api(server, "root:Milvus", "192.0.2.1")).isEqualTo(429);
            assertThat(rest(server, "root:Milvus", "192.0.2.1")).isEqualTo(429);
            assertThat(grpc(server, "root:Milvus", "192.0.2.1")).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(api(server, "root:Milvus", "192.0.2.2")).isEqualTo(200);
            assertThat(output.getOut().lines().filter(line -> line.contains("login refused: user=root")))
                    .hasSize(4)
                    .allMatch(line -> line.endsWith("address=192.0.2.1"));
        }
    }

    /** Otherwise a guesser could ask without end whether a password is one that its user uses at the moment, without a hash. */
    @Test
    void logInWhenThrottledThenARightGuessAtATokenThatIsInUseElsewhereIsRefusedAsAWrongOne() {
        try (var server = GatehouseServer.startWith(StoppedClock.class, TestDatabase.H2, THREE, HERE)) {
            assertThat(api(server, "root:Milvus", "192.0.2.2")).isEqualTo(200);
            for (int failure = 0; failure < 4; failure++) {
                assertThat(api(server, "root:" + guess(), "192.0.2.1")).isEqualTo(401);
            }
            double hashes = hashes(server);

            for (String token : List.of("root:" + guess(), "root:Milvus")) {
                assertThat(api(server, token, "192.0.2.1")).isEqualTo(429);
                assertThat(rest(server, token, "192.0.2.1")).isEqualTo(429);
                assertThat(grpc(server, token, "192.0.2.1")).isEqualTo(Code.RESOURCE_EXHAUSTED);
            }
            // The user goes on, and also where it has not been before
            assertThat(api(server, "root:Milvus", "192.0.2.2")).isEqualTo(200);
            assertThat(rest(server, "root:Milvus", "192.0.2.3")).isEqualTo(200);
            assertThat(hashes(server)).isEqualTo(hashes);

            server.bean(StoppedClock.class).pass(Duration.ofSeconds(1));
            assertThat(api(server, "root:Milvus", "192.0.2.1")).isEqualTo(200);
            assertThat(api(server, "root:" + guess(), "192.0.2.1")).isEqualTo(401);
            assertThat(api(server, "root:" + guess(), "192.0.2.1")).isEqualTo(429);
            // Here it is known by now, so its user shares the address with the guesser
            assertThat(api(server, "root:Milvus", "192.0.2.1")).isEqualTo(200);
        }
    }

    @Test
    void logInWhenHeaderComesFromElsewhereThenItHasNoEffect(CapturedOutput output) {
        try (var server = GatehouseServer.startWith(StoppedClock.class, TestDatabase.H2, THREE, ELSEWHERE)) {
            assertSpoofingHasNoEffect(server, output);
        }
    }

    @Test
    void logInWhenRunningOnKubernetesThenHeaderHasNoEffectEither(CapturedOutput output) {
        // Where Spring Boot would trust it from everybody
        try (var server = GatehouseServer.startWith(
                StoppedClock.class, TestDatabase.H2, THREE, "spring.main.cloud-platform=kubernetes")) {
            assertSpoofingHasNoEffect(server, output);
        }
    }

    @Test
    void logInWhenProxyAddsNoAddressThenItCountsItself(CapturedOutput output) {
        try (var server = GatehouseServer.startWith(StoppedClock.class, TestDatabase.H2, THREE, HERE)) {
            for (String malformed : List.of("unknown", "192.0.2.999", "192.0.2.1, not-an-address", ",,,")) {
                assertThat(api(server, "root:" + guess(), malformed)).isEqualTo(401);
            }

            assertThat(api(server, "root:Milvus", "unknown")).isEqualTo(429);
            assertThat(api(server, "root:Milvus", "192.0.2.1")).isEqualTo(200);
            assertThat(output.getOut()).doesNotContain("192.0.2.1").doesNotContain("not-an-address");
        }
    }

    @Test
    void createUserWhenProxySaysHostAndProtocolThenNeitherIsRead() {
        try (var server = GatehouseServer.start(TestDatabase.H2, HERE)) {
            HttpRequest.Builder create = HttpRequest.newBuilder(server.uri("/api/v1/users"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\"}"));
            HttpRequest.Builder describe = HttpRequest.newBuilder(server.uri("/v3/api-docs"));

            Http.Answer created = Http.send(spoofed(create).build());
            Http.Answer described = Http.send(spoofed(describe).build());

            assertThat(created.status()).isEqualTo(201);
            assertThat(created.response().headers().map().toString()).doesNotContain("evil");
            assertThat(described.status()).isEqualTo(200);
            assertThat(described.body()).doesNotContain("evil");
        }
    }

    @Test
    void startWhenAProxyIsNoAddressThenIsRefused() {
        assertThatThrownBy(() ->
                        GatehouseServer.start(TestDatabase.H2, "gatehouse.trusted-proxies=10.0.0.0/8,proxy.example"))
                .rootCause()
                .hasMessageContaining("gatehouse.trusted-proxies must hold IP addresses and networks");
    }

    private void assertSpoofingHasNoEffect(GatehouseServer server, CapturedOutput output) {
        assertThat(api(server, "root:" + guess(), "192.0.2.1")).isEqualTo(401);
        assertThat(rest(server, "root:" + guess(), "192.0.2.2")).isEqualTo(401);
        assertThat(grpc(server, "root:" + guess(), "192.0.2.3")).isEqualTo(Code.UNAUTHENTICATED);
        assertThat(grpc(server, "root:" + guess(), "192.0.2.4")).isEqualTo(Code.UNAUTHENTICATED);

        assertThat(api(server, "root:Milvus", "192.0.2.5")).isEqualTo(429);
        assertThat(rest(server, "root:Milvus", "192.0.2.6")).isEqualTo(429);
        assertThat(grpc(server, "root:Milvus", "192.0.2.7")).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(output.getOut().lines().filter(line -> line.contains("login refused: user=root")))
                .hasSize(4)
                .allMatch(line -> line.endsWith("address=127.0.0.1") || line.endsWith("address=::1"));
    }

    private static HttpRequest.Builder spoofed(HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer root:Milvus")
                .header("X-Forwarded-For", "192.0.2.1")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Port", "666")
                .header("X-Forwarded-Prefix", "/evil")
                .header("Forwarded", "for=192.0.2.1;host=evil.example;proto=https");
    }

    private static int api(GatehouseServer server, String token, String forwardedFor) {
        return status(HttpRequest.newBuilder(server.uri("/api/v1/me")), token, forwardedFor);
    }

    private static int rest(GatehouseServer server, String token, String forwardedFor) {
        return status(
                HttpRequest.newBuilder(server.uri("/v2/vectordb/users/list")).POST(BodyPublishers.ofString("{}")),
                token,
                forwardedFor);
    }

    private static int status(HttpRequest.Builder request, String token, String forwardedFor) {
        return Http.send(request.header("Authorization", "Bearer " + token)
                        .header("X-Forwarded-For", forwardedFor)
                        .build())
                .status();
    }

    private static double hashes(GatehouseServer server) {
        return server.bean(MeterRegistry.class)
                .get("gatehouse.hashing.time")
                .timer()
                .count();
    }

    private static Code grpc(GatehouseServer server, String token, String forwardedFor) {
        Metadata metadata = Grpc.metadata(token);
        metadata.put(FORWARDED_FOR, forwardedFor);
        return catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> new Grpc(server).stub(metadata).getVersion(GetVersionRequest.getDefaultInstance()))
                .getStatus()
                .getCode();
    }

    /** A wrong password that was not sent before. */
    private String guess() {
        guesses.add("wrong");
        return "wrong" + guesses.size();
    }
}
