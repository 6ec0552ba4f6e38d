package io.gatehouse.forwardauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy is answered that asks over HTTP whether a request may pass. */
class VerifyIT {

    private static final String ROOT = "root:Milvus";
    private static final int FREE_FAILURES = 3;
    private static final String PASSWORD = "P@ssw0rd";
    private static final String UNICODE = "päss€😀😀";

    private static final AtomicInteger NEXT_ADDRESS = new AtomicInteger(10);

    private static GatehouseServer server;
    private static AdminApi api;

    @BeforeAll
    static void start() {
        server = GatehouseServer.startWith(
                StoppedClock.class,
                TestDatabase.H2,
                "gatehouse.throttle.failures-per-user=" + FREE_FAILURES,
                "gatehouse.throttle.refusals-held-for=0ms",
                "gatehouse.trusted-proxies=127.0.0.0/8, ::1");
        api = new AdminApi(server);
        api.create(ROOT, "user_1", PASSWORD);
        api.grantRole(ROOT, "user_1", "public");
        api.grantRole(ROOT, "user_1", "admin");
        api.create(ROOT, "user_unicode", UNICODE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> valid() {
        String token = "user_1:" + PASSWORD;
        return Stream.of(
                token,
                Http.base64(token),
                "Bearer " + token,
                "bearer " + token,
                "Bearer " + Http.base64(token),
                "Basic " + Http.base64(token));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void verifyWhenTokenIsValidThenPassesWithWhoItIs(String authorization) {
        Answer answer = verify(authorization);

        assertPasses(answer, "user_1", "admin,public");
    }

    @Test
    void verifyWhenPasswordIsUnicodeThenPasses() {
        assertPasses(verify(Http.base64("user_unicode:" + UNICODE)), "user_unicode", "-");
    }

    @Test
    void verifyWhenBasicIsOfLatin1ThenPasses() {
        api.create(ROOT, "user_latin", "pässwörd");
        byte[] latin1 = "user_latin:pässwörd".getBytes(StandardCharsets.ISO_8859_1);

        assertPasses(verify("Basic " + Base64.getEncoder().encodeToString(latin1)), "user_latin", "-");
    }

    @Test
    void verifyWhenUserIsRootThenHasNoRoles() {
        assertPasses(verify(ROOT), "root", "-");
    }

    static Stream<Arguments> forwarded() {
        List<String> paths = List.of(
                "",
                "?a=b",
                "/",
                "/v2/vectordb/entities/search",
                "/v2/vectordb/users/drop?dbName=a&x=%2F%3B;",
                "/milvus.proto.milvus.MilvusService/Search",
                "/a/b%20c/%C3%A4.json",
                "/api/v1/users");
        return Stream.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
                .flatMap(method -> paths.stream().map(path -> Arguments.of(method, path)));
    }

    /** Envoy and Istio ask with the method of the request, and with its path behind ours; they take 200 for a yes, and no other status. */
    @ParameterizedTest
    @MethodSource("forwarded")
    void verifyWhenAskedAsTheRequestWasThenIsAnswered(String method, String path) {
        int status = path.isEmpty() || path.startsWith("?") ? 204 : 200;
        assertPasses(status, Http.send(server, ROOT, method, VerifyController.PATH + path, null), "root", "-");
        assertDenied(Http.send(server, null, method, VerifyController.PATH + path, null), method);
        assertDenied(
                Http.send(HttpRequest.newBuilder(server.uri(VerifyController.PATH + path))
                        .method(method, BodyPublishers.noBody())
                        // No other guesses come from there
                        .header("X-Forwarded-For", "192.0.2." + NEXT_ADDRESS.getAndIncrement())
                        .header("Authorization", "root:wrong")
                        .build()),
                method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v2/vectordb/entities/search"})
    void verifyWhenABrowsersPreflightIsForwardedThenNeedsATokenToo(String path) {
        HttpRequest.Builder preflight = HttpRequest.newBuilder(server.uri(VerifyController.PATH + path))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://example.com")
                .header("Access-Control-Request-Method", "POST");

        assertDenied(Http.send(preflight.build()), "OPTIONS");
        assertPasses(
                path.isEmpty() ? 204 : 200,
                Http.send(preflight.header("Authorization", ROOT).build()),
                "root",
                "-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//v1/vector", "/a;x=1/b", "/a%2Fb", "/a%5Cb", "/a%25b", "/%00", "/./b", "/../me", "/%2e%2e/me"})
    void verifyWhenTheRequestsPathIsMalformedThenDoesNotPass(String path) {
        try (var client = new RawHttp(server)) {
            RawHttp.Answer answer = client.send(
                    new byte[0], "GET " + VerifyController.PATH + path + " HTTP/1.1", "Authorization: " + ROOT);

            assertThat(answer.status()).isBetween(400, 499);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/verifyall", "/api/v1/verif", "/api/v1/Verify/", "/v2/vectordb/verify"})
    void verifyWhenPathOnlyLooksAlikeThenDoesNotPass(String path) {
        assertThat(Http.send(server, ROOT, "GET", path, null).status()).isEqualTo(404);
        assertThat(Http.send(server, null, "GET", path, null).status()).isEqualTo(401);
    }

    static Stream<List<String>> invalid() {
        return Stream.of(
                List.of(),
                List.of("Bearer " + ROOT, "Bearer " + ROOT),
                List.of(""),
                List.of("Bearer"),
                List.of("Bearer nobody:Milvus"),
                List.of("Bearer cm9vdA=="),
                List.of("Basic " + ROOT),
                List.of("Basic /////w=="),
                List.of("Digest " + ROOT),
                List.of("Bearer " + ROOT + "," + "Bearer " + ROOT),
                List.of("Bearer nobody:" + "x".repeat(8000)),
                List.of("x".repeat(8000)));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void verifyWhenAuthorizationIsNotOneValidTokenThenDoesNotPass(List<String> authorization) {
        assertDenied(verify(authorization.toArray(String[]::new)), "GET");
    }

    @Test
    void verifyWhenHeaderIsTooLargeToBeReadThenDoesNotPass() {
        assertThat(verify("x".repeat(20_000)).status()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void verifyWhenClientSaysWhoItIsThenIsNotBelieved() {
        HttpRequest.Builder asked =
                request("user_unicode", "admin").header("Authorization", Http.base64("user_unicode:" + UNICODE));

        assertPasses(Http.send(asked.build()), "user_unicode", "-");
        assertDenied(Http.send(request("root", "admin").build()), "GET");
    }

    @Test
    void verifyWhenUserChangesThenTheNextAnswerKnows() {
        api.create(ROOT, "user_changed", PASSWORD);
        assertPasses(verify("user_changed:" + PASSWORD), "user_changed", "-");

        api.grantRole(ROOT, "user_changed", "admin");
        assertPasses(verify("user_changed:" + PASSWORD), "user_changed", "admin");

        api.changePassword(ROOT, "user_changed", PASSWORD, "An0therOne");
        assertDenied(verify("user_changed:" + PASSWORD), "GET");
        assertPasses(verify("user_changed:An0therOne"), "user_changed", "admin");

        api.drop(ROOT, "user_changed");
        assertDenied(verify("user_changed:An0therOne"), "GET");
    }

    @Test
    void verifyWhenThrottledThenDoesNotPassAndSaysWhenToAskAgain() {
        for (int i = 0; i <= FREE_FAILURES; i++) {
            assertDenied(forwardedFor("192.0.2.1", "user_1:wrong" + i), "GET");
        }

        Answer throttled = forwardedFor("192.0.2.1", "user_1:wrong");

        assertThat(throttled.status()).isEqualTo(401);
        assertThat(header(throttled, "Retry-After")).contains("1");
        assertThat(header(throttled, "WWW-Authenticate")).contains("Bearer realm=\"gatehouse\"");
        assertThat(throttled.json().path("code").asInt()).isEqualTo(1807);
        assertPasses(forwardedFor("192.0.2.2", "user_1:" + PASSWORD), "user_1", "admin,public");
    }

    @Test
    void verifyWhenAuthenticationIsOffThenPassesAsNobody() {
        try (var open = GatehouseServer.start(TestDatabase.H2, "common.security.authorizationEnabled=false")) {
            Answer answer = Http.send(open, "root:wrong", "GET", VerifyController.PATH, null);

            assertPasses(answer, "-", "-");
        }
    }

    private static void assertPasses(Answer answer, String userName, String roles) {
        assertPasses(204, answer, userName, roles);
    }

    private static void assertPasses(int status, Answer answer, String userName, String roles) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.response().headers().allValues(Identity.USER)).containsExactly(userName);
        assertThat(answer.response().headers().allValues(Identity.ROLES)).containsExactly(roles);
    }

    private static void assertDenied(Answer answer, String method) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate")).contains("Bearer realm=\"gatehouse\"");
        assertThat(header(answer, "Retry-After")).isEmpty();
        assertThat(header(answer, Identity.USER)).isEmpty();
        assertThat(header(answer, Identity.ROLES)).isEmpty();
        assertThat(answer.body())
                .isEqualTo(method.equals("HEAD") ? "" : "{\"code\":1800,\"message\":\"user hasn't authenticated\"}");
    }

    private static Answer verify(String... authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(VerifyController.PATH));
        Stream.of(authorization).forEach(value -> request.header("Authorization", value));
        return Http.send(request.build());
    }

    private static Answer forwardedFor(String address, String token) {
        return Http.send(HttpRequest.newBuilder(server.uri(VerifyController.PATH))
                .POST(BodyPublishers.noBody())
                .header("X-Forwarded-For", address)
                .header("Authorization", Http.base64(token))
                .build());
    }

    private static HttpRequest.Builder request(String userName, String roles) {
        return HttpRequest.newBuilder(server.uri(VerifyController.PATH))
                .header(Identity.USER, userName)
                .header(Identity.ROLES, roles)
                .header("sourceid", Http.base64("@@milvus-member@@"));
    }

    private static Optional<String> header(Answer answer, String name) {
        return answer.response().headers().firstValue(name);
    }
}
