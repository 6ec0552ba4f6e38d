package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.RawHttp.Answer;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.SelectUserRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of a token, over a real connection. */
class TokenIT {

    private static final String NOT_ASCII = "pässwörd ключ \uD83D\uDD11";

    private static GatehouseServer server;

    @BeforeAll
    static void createUsers() {
        server = GatehouseServer.shared(TestDatabase.H2);
        var api = new AdminApi(server);
        api.create("root:Milvus", "tok_colons", "a:b::c");
        api.create("root:Milvus", "tok_unicode", NOT_ASCII);
        api.create("root:Milvus", "tok_latin", "pässwörd");
        api.create("root:Milvus", "tok_space", " two  spaces");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer root:Milvus",
                "bearer root:Milvus",
                "Bearer  root:Milvus",
                "root:Milvus",
                "Bearer cm9vdDpNaWx2dXM=",
                "cm9vdDpNaWx2dXM=",
                "Basic cm9vdDpNaWx2dXM=",
                "basic cm9vdDpNaWx2dXM=",
                "Bearer tok_colons:a:b::c",
                "Bearer tok_unicode:pässwörd ключ \uD83D\uDD11",
                "tok_space: two  spaces"
            })
    void logInWhenTokenIsOfAnAcceptedFormThenSucceeds(String authorization) {
        assertThat(me(StandardCharsets.UTF_8, "Authorization: " + authorization).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "UTF-8"})
    void logInWhenTokenIsOfEitherEncodingThenSucceedsInEveryForm(Charset encoding) {
        String base64 = Base64.getEncoder().encodeToString("tok_latin:pässwörd".getBytes(encoding));

        for (String form : List.of(
                "Bearer tok_latin:pässwörd", "tok_latin:pässwörd", "Bearer " + base64, base64, "Basic " + base64)) {
            assertThat(me(encoding, "Authorization: " + form).status()).as(form).isEqualTo(200);
            assertThat(describeOverRest(encoding, form)).as(form).contains("\"code\":0");
        }
    }

    /** The bytes of {@code Ã¤} in Latin-1 are those of {@code ä} in UTF-8, and mean that alone. */
    @Test
    void logInWhenBytesAreAnotherPasswordInTheOtherEncodingThenIsRefused() {
        new AdminApi(server).create("root:Milvus", "tok_both", "pÃ¤ssw");
        Charset latin1 = StandardCharsets.ISO_8859_1;
        String basic = "Authorization: Basic ";

        assertThat(me(latin1, "Authorization: Bearer tok_both:pÃ¤ssw").status()).isEqualTo(401);
        assertThat(me(latin1, basic + Base64.getEncoder().encodeToString("tok_both:pÃ¤ssw".getBytes(latin1)))
                        .status())
                .isEqualTo(401);
        assertThat(me(latin1, basic + Http.base64("tok_both:pÃ¤ssw")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer root",
                "Bearer :",
                "Bearer root:",
                "Bearer :Milvus",
                "Bearer root:milvus",
                "Bearer root:Milvus:",
                "Bearer Root:Milvus",
                "Bearer nobody:Milvus",
                "Bearer cm9vdA==",
                "Bearer !!!",
                "Basic root:Milvus",
                "Basic cm9vdA==",
                "Basic /////w==",
                "Digest root:Milvus",
                "Bearer root:MilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvusMilvus"
            })
    void logInWhenTokenIsNotValidThenOneAnswerForAll(String authorization) {
        Answer answer = me(StandardCharsets.UTF_8, "Authorization: " + authorization);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.head()).contains("WWW-Authenticate: Bearer realm=\"gatehouse\"");
        assertThat(withoutRequestId(answer)).isEqualTo(withoutRequestId(me(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Nothing: 1", "Authorization: Bearer root:wrong", "Authorization: Basic cm9vdDp3cm9uZw=="})
    void logInWhenRefusedThenIsToldOfBasicUnlessABrowserAsks(String authorization) {
        for (String path : List.of("/api/v1/me", "/v2/vectordb/users/list", "/api/v1/verify", "/readyz", "/nowhere")) {
            String line = "POST " + path + " HTTP/1.1";

            assertThat(challenges(line, authorization, "User-Agent: curl/8.5.0"))
                    .as(path)
                    .containsExactly(
                            "WWW-Authenticate: Bearer realm=\"gatehouse\"",
                            "WWW-Authenticate: Basic realm=\"gatehouse\", charset=\"UTF-8\"");
            assertThat(challenges(line, authorization, "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)"))
                    .as(path)
                    .containsExactly("WWW-Authenticate: Bearer realm=\"gatehouse\"");
        }
    }

    @Test
    void logInWhenTwoHeadersAreSentThenRefused() {
        Answer answer =
                me(StandardCharsets.UTF_8, "Authorization: Bearer root:Milvus", "Authorization: Bearer root:Milvus");

        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void logInWhenConnectionCarriedATokenThatDiffersInCaseThenIsJudgedByItself() {
        try (var connection = new RawHttp(server)) {
            List<Integer> statuses = List.of(
                    status(connection, "Authorization: Bearer root:Milvus"),
                    status(connection, "Authorization: Bearer root:milvus"),
                    status(connection, "authorization: bearer ROOT:MILVUS"),
                    status(connection, "Authorization: Bearer root:Milvus"));

            assertThat(statuses).containsExactly(200, 401, 401, 200);
        }
    }

    @Test
    void logInWhenPasswordIsVeryLongThenIsRefusedWithoutAHash() {
        var metrics = new Metrics(server);
        double hashes = metrics.value("gatehouse_hashing_time_seconds_count");

        assertThat(me(StandardCharsets.UTF_8, "Authorization: Bearer root:" + "x".repeat(10_000))
                        .status())
                .isEqualTo(401);
        assertThat(metrics.value("gatehouse_hashing_time_seconds_count")).isEqualTo(hashes);
    }

    /** Up to 2.5 a Milvus takes whoever sends the first of the values as {@code sourceid} for one of its own parts (CVE-2025-64513). */
    @ParameterizedTest
    @ValueSource(
            strings = {"sourceid", "sourceId", "SourceID", "X-Forwarded-User", "X-Remote-User", "X-User", "userName"})
    void callWhenAnInternalHeaderNamesAUserThenHasNoEffect(String header) {
        for (String value :
                List.of(Http.base64("@@milvus-member@@"), "@@milvus-member@@", "root", Http.base64("root:Milvus"))) {
            String field = header + ": " + value;

            assertThat(me(StandardCharsets.UTF_8, field).status()).as(field).isEqualTo(401);
            assertThat(me(StandardCharsets.UTF_8, field, "Authorization: Bearer root:wrong")
                            .status())
                    .as(field)
                    .isEqualTo(401);
            assertThat(me(StandardCharsets.UTF_8, field, "Authorization: Bearer tok_colons:a:b::c")
                            .body())
                    .as(field)
                    .startsWith("{\"userName\":\"tok_colons\"");
        }
    }

    @Test
    void callWhenAnsweredThenNothingIsStoredAndNoCookieIsSet() {
        Answer answer = me(StandardCharsets.UTF_8, "Authorization: Bearer root:Milvus");

        assertThat(answer.head()).anyMatch(field -> field.startsWith("Cache-Control:") && field.contains("no-store"));
        assertThat(answer.head()).noneMatch(field -> field.startsWith("Set-Cookie"));
    }

    @Test
    void callWhenAuthenticationIsOffThenEverybodyMayDoEverythingAndTheHeaderIsNotRead() {
        try (GatehouseServer open = GatehouseServer.start(
                TestDatabase.H2, "common.security.authorizationEnabled=false", "common.security.superUsers=root")) {
            Http.Answer anonymous = Http.send(open, null, "GET", "/api/v1/me", null);
            Http.Answer withHeader = Http.send(open, "root:wrong", "GET", "/api/v1/me", null);
            Http.Answer created = Http.send(
                    open, null, "POST", "/api/v1/users", "{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\"}");
            Http.Answer withoutOld = Http.send(
                    open, "root:Milvus", "PUT", "/api/v1/users/user_1/password", "{\"newPassword\":\"P@ssw0rd1\"}");
            Http.Answer withOld = Http.send(
                    open,
                    null,
                    "PUT",
                    "/api/v1/users/user_1/password",
                    "{\"oldPassword\":\"P@ssw0rd\",\"newPassword\":\"P@ssw0rd1\"}");

            assertThat(anonymous.body())
                    .isEqualTo("{\"userName\":null,\"roles\":[],\"superUser\":false,\"administrator\":true}");
            assertThat(withHeader.body()).isEqualTo(anonymous.body());
            assertThat(created.status()).isEqualTo(201);
            assertThat(withoutOld.status()).isEqualTo(403);
            assertThat(withOld.status()).isEqualTo(204);
        }
    }

    @Test
    void callOverGrpcWhenAuthenticationIsOffThenTheHeaderIsNotRead() {
        try (GatehouseServer open = GatehouseServer.start(
                TestDatabase.H2, "common.security.authorizationEnabled=false", "common.security.superUsers=root")) {
            var grpc = new Grpc(open);
            var nonsense = new Metadata();
            nonsense.put(Grpc.AUTHORIZATION, "not base64");

            var anonymous = grpc.stub((String) null).listCredUsers(ListCredUsersRequest.getDefaultInstance());
            var withHeader = grpc.stub(nonsense).listCredUsers(ListCredUsersRequest.getDefaultInstance());
            var all = grpc.stub((String) null).selectUser(SelectUserRequest.getDefaultInstance());
            var created = grpc.create("nobody:wrong", "user_1", "P@ssw0rd");
            var withoutOld = grpc.changePassword("root:Milvus", "user_1", null, "P@ssw0rd1");
            var withOld = grpc.changePassword("nobody:wrong", "user_1", "P@ssw0rd", "P@ssw0rd1");

            assertThat(anonymous.getUsernamesList()).containsExactly("root");
            assertThat(withHeader).isEqualTo(anonymous);
            assertThat(all.getResultsCount()).isEqualTo(1);
            assertThat(created.refusal()).isEmpty();
            assertThat(withoutOld.refusal()).contains(Problem.OLD_PASSWORD_MISMATCH);
            assertThat(withOld.refusal()).isEmpty();
        }
    }

    private static Answer me(Charset encoding, String... fields) {
        try (var connection = new RawHttp(server)) {
            return connection.send(new byte[0], encoding, head(fields));
        }
    }

    private static String describeOverRest(Charset encoding, String authorization) {
        try (var connection = new RawHttp(server)) {
            return connection
                    .send(
                            "{\"userName\":\"tok_latin\"}".getBytes(StandardCharsets.UTF_8),
                            encoding,
                            "POST /v2/vectordb/users/describe HTTP/1.1",
                            "Authorization: " + authorization)
                    .body();
        }
    }

    private static int status(RawHttp connection, String field) {
        return connection.send(new byte[0], head(field)).status();
    }

    private static String[] head(String... fields) {
        String[] head = new String[fields.length + 1];
        head[0] = "GET /api/v1/me HTTP/1.1";
        System.arraycopy(fields, 0, head, 1, fields.length);
        return head;
    }

    private static List<String> challenges(String... head) {
        try (var connection = new RawHttp(server)) {
            Answer answer = connection.send(new byte[0], head);
            assertThat(answer.status()).isEqualTo(401);
            return answer.head().stream()
                    .filter(field -> field.startsWith("WWW-Authenticate"))
                    .toList();
        }
    }

    private static String withoutRequestId(Answer answer) {
        return answer.body().replaceAll("\"requestId\":\"[0-9a-f]{16}\"", "");
    }
}
