package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failed logins, whatever the face: three a minute are free for a user, twenty for an address. */
class ThrottleIT {

    private static final Duration HELD = Duration.ofMillis(50);

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(16);

    private static final List<String> GUESSES = new ArrayList<>();

    private static GatehouseServer server;
    private static List<Face> faces;
    private static int users;

    private String user = "";

    @BeforeAll
    static void start() {
        server = GatehouseServer.startWith(
                StoppedClock.class,
                TestDatabase.H2,
                "gatehouse.throttle.failures-per-user=3",
                "gatehouse.throttle.failures-per-address=20",
                "gatehouse.throttle.refusals-held-for=" + HELD.toMillis() + "ms");
        faces = List.of(new Grpc(server), new RestV2(server), new AdminApi(server));
    }

    @AfterAll
    static void stop() {
        server.close();
        THREADS.shutdown();
    }

    /** Everything that the test before counted is forgotten, and nobody verified the token of this one's user. */
    @BeforeEach
    void beginAfresh() {
        server.bean(StoppedClock.class).pass(Duration.ofMinutes(15));
        user = "user_" + users++;
        assertThat(faces.get(0).create("root:Milvus", user, "P@ssw0rd").refusal())
                .isEmpty();
    }

    @Test
    void logInWhenThrottledThenNoFaceHashes() {
        failTooOften(user);
        double hashes = hashes();

        for (Face face : faces) {
            assertThat(face.logIn(user + ":P@ssw0rd").refusal()).contains(Problem.TOO_MANY_ATTEMPTS);
            assertThat(face.logIn(user + ":wrong").refusal()).contains(Problem.TOO_MANY_ATTEMPTS);
        }

        assertThat(hashes()).isEqualTo(hashes);
    }

    @Test
    void logInWhenUserIsUnknownThenIsThrottledInTheSameWords() {
        failTooOften(user);
        failTooOften("nobody");

        Http.Answer known = me(user + ":x");
        Http.Answer unknown = me("nobody:x");

        assertThat(unknown.status()).isEqualTo(429);
        assertThat(unknown.json().path("detail")).isEqualTo(known.json().path("detail"));
        assertThat(List.of("Retry-After", "RateLimit-Policy", "RateLimit"))
                .allSatisfy(name -> assertThat(header(unknown, name)).isEqualTo(header(known, name)));
        assertThat(faces)
                .allSatisfy(face -> assertThat(face.logIn("nobody:x").refusal()).contains(Problem.TOO_MANY_ATTEMPTS));
    }

    @Test
    void logInWhenThrottledThenEveryFaceKeepsItsAnswerBackAndNobodyElses() {
        assertThat(faces.get(0).logIn("root:Milvus").refusal()).isEmpty();
        failTooOften(user);

        for (Face face : faces) {
            long began = System.nanoTime();
            CompletableFuture<Optional<Problem>> refused = CompletableFuture.supplyAsync(
                    () -> face.logIn(user + ":P@ssw0rd").refusal(), THREADS);
            assertThat(face.logIn("root:Milvus").refusal()).isEmpty();

            assertThat(refused.join()).contains(Problem.TOO_MANY_ATTEMPTS);
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(HELD.toNanos());
        }
    }

    @Test
    void logInWhenThrottledThenAnswersTellWhenToTryAgain() {
        failTooOften(user);

        List<Http.Answer> answers = List.of(
                me(user + ":x"),
                Http.send(server, user + ":x", "POST", "/v2/vectordb/users/list", "{}"),
                Http.send(server, user + ":x", "GET", "/readyz", null));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(429);
            assertThat(header(answer, "Retry-After")).isEqualTo("1");
            assertThat(header(answer, "RateLimit-Policy")).isEqualTo("\"failed-logins-per-user\";q=3;w=60");
            assertThat(header(answer, "RateLimit")).isEqualTo("\"failed-logins-per-user\";r=0;t=1");
            assertThat(answer.response().headers().firstValue("WWW-Authenticate"))
                    .isEmpty();
        });
    }

    @Test
    void logInWhenThrottledThenAnswerHasTheHeadersThatTheDescriptionPromises() {
        failTooOften(user);

        Set<String> promised = Http.send(server, null, "GET", "/v3/api-docs", null)
                .json()
                .at("/paths/~1api~1v1~1me/get/responses/429/headers")
                .properties()
                .stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());

        assertThat(promised).containsExactlyInAnyOrder("Retry-After", "RateLimit-Policy", "RateLimit");
        assertThat(promised)
                .allSatisfy(name -> assertThat(header(me(user + ":x"), name)).isNotEmpty());
    }

    @Test
    void logInWhenAddressFailedWithManyUsersThenItsQuotaIsNamedAndVerifiedCallersGoOn() {
        assertThat(faces.get(2).logIn(user + ":P@ssw0rd").refusal()).isEmpty();
        IntStream.range(0, 21).forEach(number -> faces.get(number % 3).logIn("nobody_" + number + ":x"));

        Http.Answer answer = me("nobody_21:x");

        assertThat(answer.status()).isEqualTo(429);
        assertThat(header(answer, "RateLimit-Policy")).isEqualTo("\"failed-logins-per-address\";q=20;w=60");
        assertThat(header(answer, "RateLimit")).isEqualTo("\"failed-logins-per-address\";r=0;t=1");
        for (Face face : faces) {
            assertThat(face.logIn("root:Milvus").refusal()).isEmpty();
            assertThat(face.logIn(user + ":P@ssw0rd").refusal()).isEmpty();
        }
    }

    @Test
    void logInWhenBasicFailedThenItCountsToo() {
        for (int failure = 0; failure < 4; failure++) {
            assertThat(basic(server.uri("/readyz"), user + ":wrong" + failure).status())
                    .isEqualTo(401);
        }

        assertThat(basic(server.uri("/api/v1/me"), user + ":P@ssw0rd").status()).isEqualTo(429);
        assertThat(faces.get(0).logIn(user + ":P@ssw0rd").refusal()).contains(Problem.TOO_MANY_ATTEMPTS);
    }

    @Test
    void readManagementPortWhenTokenIsWrongThenItIsNotEvenLookedAt() {
        double hashes = hashes();

        for (int failure = 0; failure < 10; failure++) {
            assertThat(basic(server.managementUri("/actuator/health"), user + ":wrong" + failure)
                            .status())
                    .isEqualTo(200);
        }

        assertThat(hashes()).isEqualTo(hashes);
        assertThat(faces.get(2).logIn(user + ":P@ssw0rd").refusal()).isEmpty();
    }

    @Test
    void changePasswordWhenOldOneIsWrongOnAnyFaceThenItCountsAndThenNothingHashes() {
        assertThat(faces.get(2).logIn(user + ":P@ssw0rd").refusal()).isEmpty();
        for (int failure = 0; failure < 4; failure++) {
            assertThat(faces.get(failure % 3)
                            .changePassword(user + ":P@ssw0rd", user, "wrong" + failure, "P@ssw0rd1")
                            .refusal())
                    .contains(Problem.OLD_PASSWORD_MISMATCH);
        }
        double hashes = hashes();

        for (Face face : faces) {
            assertThat(face.changePassword(user + ":P@ssw0rd", user, "P@ssw0rd", "P@ssw0rd1")
                            .refusal())
                    .contains(Problem.TOO_MANY_ATTEMPTS);
        }

        assertThat(hashes()).isEqualTo(hashes);
        assertThat(faces.get(0).logIn(user + ":P@ssw0rd").refusal()).isEmpty();
    }

    @Test
    void logInWhen16GuessesComeAtOnceThenNoMoreThanTheFreeOnesAndOneAreHashed() {
        double hashes = hashes();

        List<CompletableFuture<Optional<Problem>>> guesses = IntStream.range(0, 48)
                .mapToObj(guess -> CompletableFuture.supplyAsync(
                        () -> faces.get(guess % 3)
                                .logIn(user + ":wrong" + guess)
                                .refusal(),
                        THREADS))
                .toList();
        List<Optional<Problem>> refusals =
                guesses.stream().map(CompletableFuture::join).toList();

        assertThat(refusals).containsOnly(Optional.of(Problem.UNAUTHENTICATED), Optional.of(Problem.TOO_MANY_ATTEMPTS));
        assertThat(refusals.stream().filter(Optional.of(Problem.UNAUTHENTICATED)::equals))
                .hasSize(4);
        assertThat(hashes()).isEqualTo(hashes + 4);
    }

    @Test
    void logInWhenWaitsPassThenTheyGrowOnEveryFaceAndAGoodLoginEndsThem() {
        failTooOften(user);

        for (int wait : List.of(1, 2, 4, 8)) {
            assertThat(header(me(user + ":x"), "Retry-After")).isEqualTo(Integer.toString(wait));
            server.bean(StoppedClock.class).pass(Duration.ofSeconds(wait));
            assertThat(faces.get(wait % 3).logIn(guess(user)).refusal()).contains(Problem.UNAUTHENTICATED);
        }
        assertThat(header(me(user + ":x"), "Retry-After")).isEqualTo("16");
        server.bean(StoppedClock.class).pass(Duration.ofSeconds(16));
        assertThat(faces.get(0).logIn(user + ":P@ssw0rd").refusal()).isEmpty();

        assertThat(faces.get(1).logIn(guess(user)).refusal()).contains(Problem.UNAUTHENTICATED);
        assertThat(faces.get(2).logIn(guess(user)).refusal()).contains(Problem.UNAUTHENTICATED);
    }

    private static void failTooOften(String userName) {
        for (int failure = 0; failure < 4; failure++) {
            assertThat(faces.get(failure % 3).logIn(guess(userName)).refusal()).contains(Problem.UNAUTHENTICATED);
        }
    }

    /** A wrong token that was not sent before. */
    private static String guess(String userName) {
        GUESSES.add(userName);
        return userName + ":wrong" + GUESSES.size();
    }

    private static Http.Answer me(String token) {
        return Http.send(server, token, "GET", "/api/v1/me", null);
    }

    private static double hashes() {
        return server.bean(MeterRegistry.class)
                .get("gatehouse.hashing.time")
                .timer()
                .count();
    }

    private static String header(Http.Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }

    private static Http.Answer basic(URI uri, String token) {
        return Http.send(HttpRequest.newBuilder(uri)
                .header("Authorization", "Basic " + Http.base64(token))
                .build());
    }
}
