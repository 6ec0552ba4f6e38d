package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.GetVersionRequest;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What bounds the work that callers can cause. */
@ExtendWith(OutputCaptureExtension.class)
class LimitsIT {

    private static final String PROXY = "gatehouse.trusted-proxies=127.0.0.1";

    /** One hash at a time, of a second or more, and one that waits. */
    private static final String[] ONE_SLOW_HASH = {
        "gatehouse.hashing.memory=131072",
        "gatehouse.hashing.iterations=8",
        "gatehouse.hashing.threads=1",
        "gatehouse.hashing.longest-wait=1m",
        "gatehouse.hashing.queue=1"
    };

    @Test
    void logInWhenTooManyFailedThenWaitsAndVerifiedCallersDoNotNotice() {
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class,
                TestDatabase.H2,
                "gatehouse.throttle.failures-per-user=3",
                "gatehouse.throttle.failures-per-address=1000")) {
            var api = new AdminApi(server);
            api.create("root:Milvus", "user_1", "P@ssw0rd");
            api.create("root:Milvus", "user_2", "P@ssw0rd");
            for (int failure = 0; failure < 4; failure++) {
                assertThat(Http.send(server, "user_1:wrong" + failure, "GET", "/api/v1/me", null)
                                .status())
                        .isEqualTo(401);
            }

            Http.Answer throttled = Http.send(server, "user_1:P@ssw0rd", "GET", "/api/v1/me", null);
            Http.Answer rest = Http.send(server, "user_1:P@ssw0rd", "POST", "/v2/vectordb/users/list", "{}");

            assertThat(throttled.status()).isEqualTo(429);
            assertThat(throttled.json().path("type").stringValue()).isEqualTo("/problems/too-many-attempts");
            assertThat(throttled.json().path("detail").stringValue())
                    .isEqualTo("too many failed logins of this user from your address, try again in 1 second");
            assertThat(throttled.json().path("retryAfterSeconds").longValue()).isOne();
            assertThat(throttled.response().headers().firstValue("Retry-After")).contains("1");
            assertThat(rest.status()).isEqualTo(429);
            assertThat(rest.body())
                    .isEqualTo(
                            "{\"code\":1807,\"message\":\"request is rejected by limiter, error: too many failed logins of this user from your address, try again in 1 second\"}");
            assertThrottled(catchThrowableOfType(
                    StatusRuntimeException.class, () -> version(new Grpc(server), "user_1:P@ssw0rd")));
            assertThat(api.logIn("root:Milvus").refusal()).isEmpty();
            assertThat(api.logIn("user_2:P@ssw0rd").refusal()).isEmpty();
        }
    }

    @Test
    void logInWhenItFailedOverGrpcThenEveryFaceWaitsAndVerifiedCallersDoNotNotice() {
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class,
                TestDatabase.H2,
                "gatehouse.throttle.failures-per-user=3",
                "gatehouse.throttle.failures-per-address=1000")) {
            var grpc = new Grpc(server);
            grpc.create("root:Milvus", "user_1", "P@ssw0rd");
            for (int failure = 0; failure < 4; failure++) {
                assertThat(grpc.logIn("user_1:wrong" + failure).refusal()).contains(Problem.UNAUTHENTICATED);
            }

            assertThrottled(catchThrowableOfType(StatusRuntimeException.class, () -> version(grpc, "user_1:P@ssw0rd")));
            assertThat(Http.send(server, "user_1:P@ssw0rd", "GET", "/api/v1/me", null)
                            .status())
                    .isEqualTo(429);
            assertThat(grpc.logIn("root:Milvus").refusal()).isEmpty();
        }
    }

    private static void assertThrottled(StatusRuntimeException refused) {
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo(
                        "too many failed logins of this user from your address, try again in 1 second: rate limit exceeded");
        assertThat(retryDelay(refused)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    }

    private static Duration retryDelay(StatusRuntimeException refused) {
        try {
            com.google.protobuf.Duration delay = Objects.requireNonNull(StatusProto.fromThrowable(refused))
                    .getDetails(0)
                    .unpack(RetryInfo.class)
                    .getRetryDelay();
            return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void version(Grpc grpc, String token) {
        assertThat(grpc.stub(token)
                        .getVersion(GetVersionRequest.getDefaultInstance())
                        .getVersion())
                .isEqualTo("v2.6.6");
    }

    @Test
    void changePasswordWhenOldOneWasGuessedTooOftenThenWaits() {
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class, TestDatabase.H2, "gatehouse.throttle.failures-per-user=3")) {
            var rest = new RestV2(server);
            rest.create("root:Milvus", "user_1", "P@ssw0rd");
            for (int failure = 0; failure < 4; failure++) {
                rest.changePassword("user_1:P@ssw0rd", "user_1", "wrong", "P@ssw0rd1");
            }

            Http.Answer throttled = Http.send(
                    server,
                    "user_1:P@ssw0rd",
                    "PUT",
                    "/api/v1/users/user_1/password",
                    "{\"oldPassword\":\"P@ssw0rd\",\"newPassword\":\"P@ssw0rd1\"}");

            assertThat(throttled.status()).isEqualTo(429);
            assertThat(new Grpc(server)
                            .changePassword("user_1:P@ssw0rd", "user_1", "P@ssw0rd", "P@ssw0rd1")
                            .refusal())
                    .contains(Problem.TOO_MANY_ATTEMPTS);
            assertThat(rest.logIn("user_1:P@ssw0rd").refusal()).isEmpty();
        }
    }

    @Test
    void logInWhenHashingIsOverloadedThenRefusedAndVerifiedCallersDoNotNotice() throws Exception {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, ONE_SLOW_HASH)) {
            assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/me", null)
                            .status())
                    .isEqualTo(200);
            List<Future<Http.Answer>> overload =
                    begin(2, i -> Http.send(server, "nobody" + i + ":x", "GET", "/api/v1/me", null));
            awaitOverload(server);

            Http.Answer refused = Http.send(server, "nobody:x", "GET", "/api/v1/me", null);
            Http.Answer verified = Http.send(server, "root:Milvus", "GET", "/api/v1/me", null);

            assertThat(overload).as("nothing was hashed meanwhile").noneMatch(Future::isDone);
            assertThat(verified.status()).isEqualTo(200);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("type").stringValue()).isEqualTo("/problems/overloaded");
            assertThat(refused.response().headers().firstValue("Retry-After")).contains("1");
            for (Future<Http.Answer> guess : overload) {
                assertThat(guess.get().status()).isEqualTo(401);
            }
        }
    }

    @Test
    void logInOverGrpcWhenHashingIsOverloadedThenRefusedAndVerifiedCallersDoNotNotice() throws Exception {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, ONE_SLOW_HASH)) {
            var grpc = new Grpc(server);
            version(grpc, "root:Milvus");
            List<Future<Optional<StatusRuntimeException>>> overload = begin(2, i -> refusal(grpc, "nobody" + i + ":x"));
            awaitOverload(server);

            StatusRuntimeException refused = refusal(grpc, "nobody:x").orElseThrow();
            version(grpc, "root:Milvus");

            assertThat(overload).as("nothing was hashed meanwhile").noneMatch(Future::isDone);
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getStatus().getDescription()).isEqualTo("too many passwords are being checked");
            assertThat(retryDelay(refused)).isEqualTo(Duration.ofSeconds(1));
            for (Future<Optional<StatusRuntimeException>> guess : overload) {
                assertThat(guess.get().orElseThrow().getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
            }
        }
    }

    @Test
    void probesWhenHashingIsOverloadedThenSayThatAllIsWell() throws Exception {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, ONE_SLOW_HASH)) {
            List<Future<Http.Answer>> overload =
                    begin(2, i -> Http.send(server, "nobody" + i + ":x", "GET", "/api/v1/me", null));
            awaitOverload(server);

            assertThat(List.of("/healthz", "/readyz", "/livez"))
                    .allSatisfy(path -> assertThat(
                                    Http.send(server, null, "GET", path, null).status())
                            .as(path)
                            .isEqualTo(200));
            assertThat(List.of("/healthz", "/actuator/health"))
                    .allSatisfy(path -> assertThat(Http.send(HttpRequest.newBuilder(server.managementUri(path))
                                            .build())
                                    .status())
                            .as("management port, " + path)
                            .isEqualTo(200));
            assertThat(HealthGrpc.newBlockingStub(server.channel())
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            assertThat(overload).as("nothing was hashed meanwhile").noneMatch(Future::isDone);
        }
    }

    @Test
    void logInWhenManyGuessThenAStrangerFromAnotherAddressIsNext() throws Exception {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, oneSlowHash(PROXY))) {
            List<Future<Http.Answer>> guesses = begin(2, i -> from(server, "192.0.2.1", "nobody" + i + ":x"));
            awaitOverload(server);

            Http.Answer stranger = from(server, "192.0.2.2", "root:Milvus");

            assertThat(stranger.status()).isEqualTo(200);
            assertThat(guesses).extracting(guess -> guess.get().status()).containsExactlyInAnyOrder(401, 503);
        }
    }

    @Test
    void logInWhenItsNetworkGuessesThenAUserWhoLoggedInThereBeforeIsNextAndAStrangerIsNot() throws Exception {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, oneSlowHash(PROXY))) {
            assertThat(from(server, "192.0.2.1", "root:Milvus").status()).isEqualTo(200);
            assertThat(new AdminApi(server)
                            .changePassword("root:Milvus", "root", "Milvus", "P@ssw0rd")
                            .refusal())
                    .isEmpty();
            List<Future<Http.Answer>> guesses = begin(2, i -> from(server, "192.0.2.1", "nobody" + i + ":x"));
            awaitOverload(server);

            Http.Answer stranger = from(server, "192.0.2.1", "somebody:x");
            Http.Answer known = from(server, "192.0.2.1", "root:P@ssw0rd");

            assertThat(stranger.status()).isEqualTo(503);
            assertThat(known.status()).isEqualTo(200);
            assertThat(guesses).extracting(guess -> guess.get().status()).containsExactlyInAnyOrder(401, 503);
        }
    }

    @Test
    void logInWhenTheClientGoesBeforeItsTurnThenIsNotHashed() throws Exception {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, ONE_SLOW_HASH)) {
            double hashed = new Metrics(server).value("gatehouse_hashing_time_seconds_count");
            List<Future<Http.Answer>> running =
                    begin(1, i -> Http.send(server, "nobody" + i + ":x", "GET", "/api/v1/me", null));
            awaitMetric(server, "gatehouse_hashing_active", 1);

            try (var client =
                    new Socket(InetAddress.getLoopbackAddress(), server.uri("/").getPort())) {
                client.getOutputStream()
                        .write("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer nobody:x\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                awaitMetric(server, "gatehouse_hashing_queued", 1);
            }
            awaitMetric(server, "gatehouse_hashing_refused_total{reason=\"gone\"}", 1);
            assertThat(running.get(0).get().status()).isEqualTo(401);
            running = begin(1, i -> Http.send(server, "somebody:x", "GET", "/api/v1/me", null));
            awaitMetric(server, "gatehouse_hashing_active", 1);

            assertThat(leave(
                            () -> version(new Grpc(server), "nobody:x"),
                            () -> awaitMetric(server, "gatehouse_hashing_queued", 1)))
                    .isEqualTo(Code.CANCELLED);
            awaitMetric(server, "gatehouse_hashing_refused_total{reason=\"gone\"}", 2);

            assertThat(running.get(0).get().status()).isEqualTo(401);
            assertThat(new Metrics(server).value("gatehouse_hashing_time_seconds_count"))
                    .isEqualTo(hashed + 2);
        }
    }

    private static String[] oneSlowHash(String setting) {
        return Stream.concat(Stream.of(ONE_SLOW_HASH), Stream.of(setting)).toArray(String[]::new);
    }

    private static void awaitOverload(GatehouseServer server) {
        awaitMetric(server, "gatehouse_hashing_active", 1);
        awaitMetric(server, "gatehouse_hashing_queue_free", 0);
    }

    private static void awaitMetric(GatehouseServer server, String name, double value) {
        Await.until(name + " is " + value, () -> new Metrics(server).value(name) == value);
    }

    private static Http.Answer from(GatehouseServer server, String address, String token) {
        return Http.send(HttpRequest.newBuilder(server.uri("/api/v1/me"))
                .header("Authorization", "Bearer " + token)
                .header("X-Forwarded-For", address)
                .build());
    }

    private static Optional<StatusRuntimeException> refusal(Grpc grpc, String token) {
        try {
            version(grpc, token);
            return Optional.empty();
        } catch (StatusRuntimeException e) {
            return Optional.of(e);
        }
    }

    @Test
    void createUserWhenSlowerThanTheClientAllowsThenTimesOutAndIsDone() {
        // More than a second a hash: root has a cheap one, and nobody logs in, who would renew it
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2.started(),
                "common.security.authorizationEnabled=false",
                "gatehouse.hashing.memory=131072",
                "gatehouse.hashing.iterations=6")) {
            var rest = new RestV2(server);
            assertThat(rest.list("root:Milvus").names()).containsExactly("root");

            Http.Answer answer = Http.send(HttpRequest.newBuilder(server.uri("/v2/vectordb/users/create"))
                    .header("Request-Timeout", "1")
                    .POST(BodyPublishers.ofString("{\"userName\":\"slow\",\"password\":\"P@ssw0rd\"}"))
                    .build());

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).isEqualTo("{\"code\":10001,\"message\":\"request timeout\"}");
            Await.until(
                    "the user is created",
                    () -> rest.list("root:Milvus").names().contains("slow"));
        }
    }

    @Test
    void createUserOverGrpcWhenTheClientLeavesThenIsDoneAndNothingIsLoggedAsAFailure(CapturedOutput output)
            throws Exception {
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2, "gatehouse.hashing.memory=131072", "gatehouse.hashing.iterations=8")) {
            var grpc = new Grpc(server);
            version(grpc, "root:Milvus");
            var request = CreateCredentialRequest.newBuilder()
                    .setUsername("slow")
                    .setPassword(Http.base64("P@ssw0rd"))
                    .build();

            Code left = leave(
                    () -> grpc.stub("root:Milvus").createCredential(request),
                    () -> awaitMetric(server, "gatehouse_hashing_active", 1));
            Await.until(
                    "the user is created",
                    () -> grpc.list("root:Milvus").names().contains("slow"));

            assertThat(left).isEqualTo(Code.CANCELLED);
            // The reply is written after the user is: give it the time of another hash
            grpc.create("root:Milvus", "next", "P@ssw0rd");
            assertThat(output.getOut()).doesNotContain(" ERROR ");
        }
    }

    /** How a call ends whose client leaves as soon as something has happened. */
    private static Code leave(Runnable call, Runnable happened) throws Exception {
        var client = Context.current().withCancellation();
        List<Future<StatusRuntimeException>> ended =
                begin(1, i -> catchThrowableOfType(StatusRuntimeException.class, () -> client.run(call)));
        happened.run();
        client.cancel(null);
        return ended.get(0).get().getStatus().getCode();
    }

    private static <T> List<Future<T>> begin(int count, IntFunction<T> call) {
        var threads = Executors.newFixedThreadPool(count);
        List<Future<T>> answers = IntStream.range(0, count)
                .mapToObj(i -> threads.submit(() -> call.apply(i)))
                .toList();
        threads.shutdown();
        return answers;
    }
}
