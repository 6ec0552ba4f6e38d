package io.gatehouse.forwardauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Envoy's question, asked as Envoy asks it: without a token of its own, about a request with one. */
class CheckIT {

    private static final String ROOT = "root:Milvus";
    private static final int FREE_FAILURES = 3;
    private static final String PASSWORD = "P@ssw0rd";
    private static final Map<String, String> GRPC = Map.of("content-type", "application/grpc", ":method", "POST");
    private static final Map<String, String> REST = Map.of("content-type", "application/json", ":method", "POST");
    private static final String WRONG = "auth check failure, please check username and password are correct";

    private static GatehouseServer server;
    private static AdminApi api;

    @BeforeAll
    static void start() {
        server = GatehouseServer.startWith(
                StoppedClock.class,
                TestDatabase.H2,
                "gatehouse.throttle.failures-per-user=" + FREE_FAILURES,
                "gatehouse.throttle.refusals-held-for=1ms",
                "gatehouse.trusted-proxies=127.0.0.0/8, ::1, 10.0.0.0/8");
        api = new AdminApi(server);
        api.create(ROOT, "user_1", PASSWORD);
        api.grantRole(ROOT, "user_1", "public");
        api.grantRole(ROOT, "user_1", "admin");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> valid() {
        String token = "user_1:" + PASSWORD;
        return Stream.of(
                Http.base64(token), "Bearer " + token, "Bearer " + Http.base64(token), "Basic " + Http.base64(token));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void checkWhenTokenIsValidThenPassesWithWhoItIs(String authorization) {
        CheckResponse passed = check(GRPC, authorization);

        assertThat(passed.getStatus().getCode()).isEqualTo(Code.OK.value());
        assertThat(headers(passed.getOkResponse().getHeadersList()))
                .isEqualTo(Map.of("gatehouse-user", "user_1", "gatehouse-roles", "admin,public"));
        assertThat(passed.getOkResponse().getHeadersToRemoveList()).containsExactly("sourceid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer root:wrong",
                "Bearer nobody:Milvus",
                "",
                "Bearer",
                "cm9vdA==",
                "!",
                "Bearer root:Milvus,Bearer root:Milvus",
                "cm9vdDpNaWx2dXM=,cm9vdDpNaWx2dXM="
            })
    void checkWhenAuthorizationIsNotOneValidTokenThenDoesNotPass(String authorization) {
        CheckResponse denied = check(GRPC, authorization);

        assertDenied(denied, StatusCode.Unauthorized);
        assertThat(denied.getDeniedResponse().getBody()).isEqualTo(WRONG);
        assertThat(headers(denied.getDeniedResponse().getHeadersList()))
                .isEqualTo(Map.of("www-authenticate", "Bearer realm=\"gatehouse\""));
    }

    @Test
    void checkWhenEnvoyTellsThatTheClientIsNoBrowserThenItIsToldOfBasic() {
        Map<String, String> request = new HashMap<>(REST);
        request.put("user-agent", "curl/8.5.0");

        assertThat(check(request, "Bearer root:wrong").getDeniedResponse().getHeadersList())
                .filteredOn(option -> option.getHeader().getKey().equals("www-authenticate"))
                .extracting(option -> option.getHeader().getValue())
                .containsExactly("Bearer realm=\"gatehouse\"", "Basic realm=\"gatehouse\", charset=\"UTF-8\"");
    }

    @Test
    void checkWhenBasicIsOfLatin1ThenPasses() {
        api.create(ROOT, "user_latin", "pässwörd");
        byte[] latin1 = "user_latin:pässwörd".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(check(REST, "Basic " + Base64.getEncoder().encodeToString(latin1))
                        .hasOkResponse())
                .isTrue();
    }

    @Test
    void checkWhenNoTokenIsSentThenDoesNotPassInMilvusWords() {
        CheckResponse denied = stub().check(request(GRPC, "192.0.2.1"));

        assertDenied(denied, StatusCode.Unauthorized);
        assertThat(denied.getDeniedResponse().getBody()).isEqualTo("missing authorization in header");
    }

    @Test
    void checkWhenNothingIsSaidAboutTheRequestThenDoesNotPass() {
        assertDenied(stub().check(CheckRequest.getDefaultInstance()), StatusCode.Unauthorized);
    }

    @Test
    void checkWhenRequestIsOfRestThenItsClientGetsJson() {
        DeniedHttpResponse denied = check(REST, "Bearer root:wrong").getDeniedResponse();

        assertThat(denied.getBody()).isEqualTo("{\"code\":1800,\"message\":\"user hasn't authenticated\"}");
        assertThat(headers(denied.getHeadersList())).containsEntry("content-type", "application/json");
    }

    @Test
    void checkWhenClientSaysWhoItIsThenIsNotBelieved() {
        Map<String, String> claimed = new HashMap<>(GRPC);
        String member = Http.base64("@@milvus-member@@");
        claimed.putAll(Map.of("gatehouse-user", "root", "gatehouse-roles", "admin", "sourceid", member));

        assertDenied(stub().check(request(claimed, "192.0.2.1")), StatusCode.Unauthorized);
        assertThat(check(claimed, "user_1:" + PASSWORD).getOkResponse().getHeadersList())
                .allSatisfy(header ->
                        assertThat(header.getAppendAction()).isEqualTo(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                .extracting(header -> header.getHeader().getValue())
                .contains("user_1")
                .doesNotContain("root");
    }

    /** Every field replaces the client's own: one that has nothing to say too. */
    @Test
    void checkWhenTheUserHasNoRolesThenEachFieldHasAValue() {
        assertThat(headers(check(GRPC, ROOT).getOkResponse().getHeadersList()))
                .isEqualTo(Map.of("gatehouse-user", "root", "gatehouse-roles", "-"));
    }

    @Test
    void checkWhenPasswordChangesThenTheOldTokenDoesNotPass() {
        api.create(ROOT, "user_changed", PASSWORD);
        assertThat(check(GRPC, "user_changed:" + PASSWORD).hasOkResponse()).isTrue();

        api.changePassword(ROOT, "user_changed", PASSWORD, "An0therOne");

        assertDenied(check(GRPC, "user_changed:" + PASSWORD), StatusCode.Unauthorized);
        assertThat(check(GRPC, "user_changed:An0therOne").hasOkResponse()).isTrue();
    }

    @Test
    void checkWhenAClientGuessesThenItAloneIsThrottled() {
        for (int i = 0; i <= FREE_FAILURES; i++) {
            assertDenied(checkFrom("192.0.2.66", authorized(GRPC, "user_1:wrong" + i)), StatusCode.Unauthorized);
        }

        CheckResponse throttled = checkFrom("192.0.2.66", authorized(GRPC, "user_1:wrong"));

        assertDenied(throttled, StatusCode.Unauthorized);
        assertThat(throttled.getDeniedResponse().getBody())
                .startsWith("too many failed logins")
                .endsWith(": rate limit exceeded");
        assertThat(headers(throttled.getDeniedResponse().getHeadersList()))
                .containsKeys("retry-after", "ratelimit", "ratelimit-policy", "www-authenticate");
        assertThat(checkFrom("192.0.2.67", authorized(GRPC, "user_1:" + PASSWORD))
                        .hasOkResponse())
                .isTrue();
    }

    @Test
    void checkWhenABalancerStandsInFrontOfEnvoyThenItsClientIsTheOneThatCounts() {
        api.create(ROOT, "user_behind", PASSWORD);
        Map<String, String> guess = new HashMap<>(authorized(GRPC, "user_behind:wrong"));
        guess.put("x-forwarded-for", "198.51.100.1, 192.0.2.70");
        for (int i = 0; i <= FREE_FAILURES; i++) {
            guess.put("authorization", "user_behind:wrong" + i);
            checkFrom("10.1.1.1", guess);
        }
        guess.put("authorization", "user_behind:" + PASSWORD);

        assertThat(checkFrom("10.1.1.1", guess).hasDeniedResponse()).isTrue();
        guess.put("x-forwarded-for", "192.0.2.70, 192.0.2.71");
        assertThat(checkFrom("10.1.1.1", guess).hasOkResponse()).isTrue();
    }

    @Test
    void checkWhenBytesAreNoMessageThenIsRefused() {
        var refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> new Grpc(server)
                        .call(AuthorizationGrpc.getCheckMethod().getFullMethodName(), new Metadata(), new byte[] {
                            1, 2, 3
                        }));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void checkWhenAuthenticationIsOffThenPassesAsNobody() {
        try (var open = GatehouseServer.start(TestDatabase.H2, "common.security.authorizationEnabled=false")) {
            CheckResponse passed =
                    AuthorizationGrpc.newBlockingStub(open.channel()).check(request(GRPC, "192.0.2.1"));

            assertThat(headers(passed.getOkResponse().getHeadersList()))
                    .isEqualTo(Map.of("gatehouse-user", "-", "gatehouse-roles", "-"));
            assertThat(passed.getOkResponse().getHeadersToRemoveList()).containsExactly("sourceid");
        }
    }

    private static void assertDenied(CheckResponse answer, StatusCode status) {
        assertThat(answer.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED.value());
        assertThat(answer.hasOkResponse()).isFalse();
        assertThat(answer.getDeniedResponse().getStatus().getCode()).isEqualTo(status);
    }

    private static Map<String, String> authorized(Map<String, String> headers, String authorization) {
        Map<String, String> authorized = new HashMap<>(headers);
        authorized.put("authorization", authorization);
        return authorized;
    }

    private static CheckResponse check(Map<String, String> headers, String authorization) {
        return checkFrom("192.0.2.1", authorized(headers, authorization));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void checkWhenTheQuestionIsLargerThanAnyRequestThenIsRefusedAndTheConnectionGoesOn(String compression) {
        CheckRequest large = request(Map.of("x-large", "x".repeat(8 * 1024 * 1024)), "192.0.2.1");

        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> stub().withCompression(compression).check(large));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("a message without a token has more than 131072 bytes");
        assertDenied(stub().check(request(GRPC, "192.0.2.1")), StatusCode.Unauthorized);
    }

    private static CheckResponse checkFrom(String address, Map<String, String> headers) {
        return stub().check(request(headers, address));
    }

    private static AuthorizationGrpc.AuthorizationBlockingStub stub() {
        return AuthorizationGrpc.newBlockingStub(server.channel()).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static CheckRequest request(Map<String, String> headers, String address) {
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder()
                                        .setSocketAddress(SocketAddress.newBuilder()
                                                .setAddress(address)
                                                .setPortValue(50_000))))
                        .setRequest(AttributeContext.Request.newBuilder()
                                .setHttp(AttributeContext.HttpRequest.newBuilder()
                                        .setMethod("POST")
                                        .setPath("/milvus.proto.milvus.MilvusService/Search")
                                        .setProtocol("HTTP/2")
                                        .putAllHeaders(headers))))
                .build();
    }

    private static Map<String, String> headers(List<HeaderValueOption> options) {
        return options.stream()
                .collect(Collectors.toMap(
                        option -> option.getHeader().getKey(),
                        option -> option.getHeader().getValue()));
    }
}
