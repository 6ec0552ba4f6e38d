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
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.GetVersionRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What bounds the work that callers can cause. */
@ExtendWith(OutputCaptureExtension.class)
class LimitsIT {

    @Test
    void logInWhenTooManyFailedThenWaitsAndVerifiedCallersDoNotNotice() {
        try (GatehouseServer server = GatehouseServer.start(
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
        try (GatehouseServer server = GatehouseServer.start(
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
        try (GatehouseServer server =
                GatehouseServer.start(TestDatabase.H2, "gatehouse.throttle.failures-per-user=3")) {
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
        // A tenth of a second a hash or more, one at a time, one waiting
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2,
                "gatehouse.hashing.memory=65536",
                "gatehouse.hashing.iterations=2",
                "gatehouse.hashing.threads=1",
                "gatehouse.hashing.queue=1")) {
            assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/me", null)
                            .status())
                    .isEqualTo(200);

            List<Http.Answer> answers =
                    atOnce(8, i -> Http.send(server, "nobody" + i + ":x", "GET", "/api/v1/me", null));
            Http.Answer verified = Http.send(server, "root:Milvus", "GET", "/api/v1/me", null);

            assertThat(answers)
                    .extracting(Http.Answer::status)
                    .contains(503, 401)
                    .containsOnly(503, 401);
            Http.Answer refused =
                    answers.stream().filter(a -> a.status() == 503).findFirst().orElseThrow();
            assertThat(refused.json().path("type").stringValue()).isEqualTo("/problems/overloaded");
            assertThat(refused.response().headers().firstValue("Retry-After")).contains("1");
            assertThat(verified.status()).isEqualTo(200);
        }
    }

    @Test
    void logInOverGrpcWhenHashingIsOverloadedThenRefusedAndVerifiedCallersDoNotNotice() throws Exception {
        // A tenth of a second a hash or more, one at a time, one waiting
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2,
                "gatehouse.hashing.memory=65536",
                "gatehouse.hashing.iterations=2",
                "gatehouse.hashing.threads=1",
                "gatehouse.hashing.queue=1")) {
            var grpc = new Grpc(server);
            version(grpc, "root:Milvus");

            List<Optional<StatusRuntimeException>> refusals = atOnce(8, i -> refusal(grpc, "nobody" + i + ":x"));
            version(grpc, "root:Milvus");

            assertThat(refusals)
                    .allMatch(Optional::isPresent)
                    .extracting(refused -> refused.orElseThrow().getStatus().getCode())
                    .contains(Code.RESOURCE_EXHAUSTED, Code.UNAUTHENTICATED)
                    .containsOnly(Code.RESOURCE_EXHAUSTED, Code.UNAUTHENTICATED);
            StatusRuntimeException overloaded = refusals.stream()
                    .flatMap(Optional::stream)
                    .filter(refused -> refused.getStatus().getCode() == Code.RESOURCE_EXHAUSTED)
                    .findFirst()
                    .orElseThrow();
            assertThat(overloaded.getStatus().getDescription()).isEqualTo("too many passwords are being checked");
            assertThat(retryDelay(overloaded)).isEqualTo(Duration.ofSeconds(1));
        }
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
    void createUserWhenSlowerThanTheClientAllowsThenTimesOutAndNothingIsCreated() {
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
            assertThat(rest.list("root:Milvus").names()).containsExactly("root");
        }
    }

    @Test
    void createUserOverGrpcWhenTheClientLeavesThenIsDoneAndNothingIsLoggedAsAFailure(CapturedOutput output) {
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2, "gatehouse.hashing.memory=131072", "gatehouse.hashing.iterations=2")) {
            var grpc = new Grpc(server);
            version(grpc, "root:Milvus");
            var request = CreateCredentialRequest.newBuilder()
                    .setUsername("slow")
                    .setPassword(Http.base64("P@ssw0rd"))
                    .build();

            StatusRuntimeException left = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> grpc.stub("root:Milvus")
                            .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                            .createCredential(request));
            Await.until(
                    Duration.ofSeconds(20),
                    "the user is created",
                    () -> grpc.list("root:Milvus").names().contains("slow"));

            assertThat(left.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
            // The reply is written after the user is: give it the time of another hash
            grpc.create("root:Milvus", "next", "P@ssw0rd");
            assertThat(output.getOut()).doesNotContain(" ERROR ");
        }
    }

    private static <T> List<T> atOnce(int count, IntFunction<T> call) throws Exception {
        var threads = Executors.newFixedThreadPool(count);
        List<Callable<T>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            calls.add(() -> call.apply(number));
        }
        List<T> answers = new ArrayList<>();
        for (Future<T> answer : threads.invokeAll(calls)) {
            answers.add(answer.get());
        }
        threads.shutdown();
        return answers;
    }
}
