package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.RawHttp.Answer;
import io.gatehouse.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything wrong that can be sent to the admin API has one exact answer, and changes nothing. */
class AdminApiBadInputIT {

    private static final String USERS = "/api/v1/users";
    private static final String JSON = "application/json";
    private static final String NAME_RULE =
            "must have 1 to 32 characters, begin with a letter, and have only letters, digits and underscores";

    private static GatehouseServer server;
    private static AdminApi api;
    private static List<String> before;

    @BeforeAll
    static void createUser() {
        server = GatehouseServer.start(TestDatabase.H2);
        api = new AdminApi(server);
        api.create("root:Milvus", "user_1", "P@ssw0rd");
        before = api.list("root:Milvus").names();
    }

    @AfterEach
    void nothingChanged() {
        assertThat(api.list("root:Milvus").names()).isEqualTo(before);
        assertThat(api.logIn("user_1:P@ssw0rd").refusal()).isEmpty();
    }

    static Stream<Arguments> bodies() {
        String other = "malformed-request";
        return Stream.of(
                create("", 400, other, "a request body is missing"),
                create("null", 400, other, "a request body is missing"),
                create("[]", 400, other, "a JSON object is expected"),
                create("\"user_2\"", 400, other, "a JSON object is expected"),
                create("{\"userName\"", 400, other, "not valid JSON at line 1, column 12"),
                create("{} {}", 400, other, "a JSON object is expected"),
                create(
                        "{\"userName\":\"user_2\",\"password\":\"P@ssw0rd\"} x",
                        400,
                        other,
                        "not valid JSON at line 1, column 45"),
                create("{\"userName\":\"user_2\",\"pasword\":\"P@ssw0rd\"}", 400, other, "unknown field: pasword"),
                create(
                        "{\"userName\":\"user_2\",\"userName\":\"user_3\",\"password\":\"P@ssw0rd\"}",
                        400,
                        other,
                        "not valid JSON at line 1, column 32"),
                create(
                        "{\"userName\":7,\"password\":\"P@ssw0rd\"}",
                        400,
                        other,
                        "a value of another type is expected: userName"),
                create(
                        "{\"userName\":\"user_2\",\"password\":12345678}",
                        400,
                        other,
                        "a value of another type is expected: password"),
                create(
                        "{\"userName\":\"user_2\",\"password\":true}",
                        400,
                        other,
                        "a value of another type is expected: password"),
                create(
                        "{\"userName\":\"user_2\",\"password\":[\"P@ssw0rd\"]}",
                        400,
                        other,
                        "a value of another type is expected: password"),
                create(
                        "{\"userName\":{\"a\":1},\"password\":\"P@ssw0rd\"}",
                        400,
                        other,
                        "a value of another type is expected: userName"),
                create(
                        "{\"userName\":\"user_2\"}",
                        400,
                        other,
                        "a field is missing or out of range",
                        "password: is required"),
                create(
                        "{\"password\":\"P@ssw0rd\"}",
                        400,
                        other,
                        "a field is missing or out of range",
                        "userName: is required"),
                create(
                        "{\"userName\":null,\"password\":\"P@ssw0rd\"}",
                        400,
                        other,
                        "a field is missing or out of range",
                        "userName: is required"),
                create(
                        "{\"userName\":" + "[".repeat(600) + "]".repeat(600) + "}",
                        400,
                        other,
                        "a value of another type is expected: userName"),
                name("", "username must be not empty"),
                name("1abc", "invalid user name 1abc, the first character must be a letter, but got 1"),
                name("_abc", "invalid user name _abc, the first character must be a letter, but got _"),
                name(
                        "n@me",
                        "invalid user name n@me, username must contain only numbers, letters and underscores, but got @"),
                name(
                        "na me",
                        "invalid user name na me, username must contain only numbers, letters and underscores, but got  "),
                name(
                        "n\\u0000me",
                        "invalid user name n\u0000me, username must contain only numbers, letters and underscores, but got U+0000"),
                name(
                        "name\\n",
                        "invalid user name name\n, username must contain only numbers, letters and underscores, but got U+000A"),
                name("\u00e9ric", "invalid user name \u00e9ric, the first character must be a letter, but got U+00E9"),
                name(
                        "n\uD83D\uDE00",
                        "invalid user name n\uD83D\uDE00, username must contain only numbers, letters and underscores, but got U+1F600"),
                name(
                        "n\\ud800",
                        "invalid user name n?, username must contain only numbers, letters and underscores, but got U+D800"),
                name(
                        "a".repeat(33),
                        "invalid username " + "a".repeat(33)
                                + " with length 33, the length of username must be less than 32"),
                password("", "0"),
                password("12345", "5"),
                password("x".repeat(257), "257"),
                password("\uD83D\uDD11".repeat(5), "5"),
                password("\uD83D\uDD11".repeat(257), "257"),
                create(
                        "{\"userName\":\"user_2\",\"password\":\"P@ssw0rd\\ud800\"}",
                        400,
                        "invalid-password",
                        "invalid password: not valid Unicode text",
                        "password: must be valid Unicode text"),
                create(
                        "{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\"}",
                        409,
                        "user-already-exists",
                        "user already exists: user_1"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void createUserWhenBodyIsWrongThenSaysWhat(
            String body, int status, String type, String detail, List<String> errors) {
        Http.Answer answer = Http.send(server, "root:Milvus", "POST", USERS, body);

        assertProblem(answer.json(), answer.contentType(), status, type, detail, errors);
        assertThat(answer.status()).isEqualTo(status);
    }

    static Stream<Arguments> calls() {
        String password = USERS + "/user_1/password";
        return Stream.of(
                Arguments.of(
                        "GET",
                        USERS + "?limit=0",
                        "",
                        400,
                        "malformed-request",
                        "limit out of range [0 out of range 1 <= value <= 1000]",
                        List.of("limit: must be 1 to 1000")),
                Arguments.of(
                        "GET",
                        USERS + "?limit=1001",
                        "",
                        400,
                        "malformed-request",
                        "limit out of range [1001 out of range 1 <= value <= 1000]",
                        List.of("limit: must be 1 to 1000")),
                Arguments.of(
                        "GET",
                        USERS + "?limit=many",
                        "",
                        400,
                        "malformed-request",
                        "a value of another type is expected: limit",
                        List.of()),
                Arguments.of(
                        "GET",
                        USERS + "?after=%00",
                        "",
                        400,
                        "invalid-user-name",
                        "invalid user name \u0000, the first character must be a letter, but got U+0000",
                        List.of("userName: " + NAME_RULE)),
                Arguments.of(
                        "GET",
                        USERS + "?%C2%81=1",
                        "{}",
                        400,
                        "malformed-request",
                        "the query has a character that is not allowed",
                        List.of()),
                parameter("GET", USERS + "?limt=5", "limt", "must be one of limit, after"),
                parameter("GET", USERS + "?limit=5&Limit=5", "Limit", "must be one of limit, after"),
                parameter("GET", USERS + "?limit=5&=", "(not shown)", "must be one of limit, after"),
                parameter("GET", USERS + "?root:P%40ssw0rd", "(not shown)", "must be one of limit, after"),
                parameter("POST", USERS + "?userName=user_2", "userName", "this operation has none"),
                parameter("GET", USERS + "/user_1?verbose", "verbose", "this operation has none"),
                parameter("DELETE", USERS + "/user_1?force=true", "force", "this operation has none"),
                parameter("PUT", password + "?oldPassword=x", "oldPassword", "this operation has none"),
                parameter("PUT", USERS + "/user_1/roles/admin?x=1", "x", "this operation has none"),
                parameter("DELETE", USERS + "/user_1/roles/admin?x=1", "x", "this operation has none"),
                parameter("GET", "/api/v1/roles?limit=5", "limit", "this operation has none"),
                parameter("GET", "/api/v1/me?userName=root", "userName", "this operation has none"),
                parameter(
                        "GET",
                        "/api/v1/audit-events?users=root",
                        "users",
                        "must be one of user, target, action, result, from, to, limit, after, since"),
                Arguments.of(
                        "GET",
                        USERS + "?limit=5&limit=6",
                        "",
                        400,
                        "malformed-request",
                        "parameter given twice: limit",
                        List.of("limit: must be given once")),
                Arguments.of("GET", USERS + "/nobody", "", 404, "user-not-found", "user not found: nobody", List.of()),
                Arguments.of(
                        "GET",
                        USERS + "/n@me",
                        "",
                        400,
                        "invalid-user-name",
                        "invalid user name n@me, username must contain only numbers, letters and underscores, but got @",
                        List.of("userName: " + NAME_RULE)),
                Arguments.of(
                        "DELETE", USERS + "/nobody", "", 404, "user-not-found", "user not found: nobody", List.of()),
                Arguments.of(
                        "DELETE", USERS + "/root", "", 403, "root-protected", "root user cannot be deleted", List.of()),
                Arguments.of(
                        "PUT",
                        USERS + "/nobody/password",
                        "{\"oldPassword\":\"P@ssw0rd\",\"newPassword\":\"P@ssw0rd1\"}",
                        404,
                        "user-not-found",
                        "user not found: nobody",
                        List.of()),
                Arguments.of(
                        "PUT",
                        password,
                        "{\"oldPassword\":\"wrong\",\"newPassword\":\"P@ssw0rd1\"}",
                        403,
                        "old-password-mismatch",
                        "old password not correct for user_1",
                        List.of()),
                Arguments.of(
                        "PUT",
                        password,
                        "{\"newPassword\":\"P@ssw0rd1\"}",
                        403,
                        "old-password-mismatch",
                        "the old password of user_1 is needed; only users named in common.security.superUsers need not give it, and for"
                                + " a lost one there is reset-password on the server's machine, or an administrator can drop the user"
                                + " and create it again",
                        List.of("oldPassword: is required, unless a superuser asks")),
                Arguments.of(
                        "PUT",
                        password,
                        "{\"oldPassword\":\"\",\"newPassword\":\"P@ssw0rd1\"}",
                        403,
                        "old-password-mismatch",
                        "old password not correct for user_1",
                        List.of()),
                Arguments.of(
                        "PUT",
                        password,
                        "{\"oldPassword\":\"P@ssw0rd\"}",
                        400,
                        "malformed-request",
                        "a field is missing or out of range",
                        List.of("newPassword: is required")),
                Arguments.of(
                        "PUT",
                        password,
                        "{\"oldPasword\":\"P@ssw0rd\",\"newPassword\":\"P@ssw0rd1\"}",
                        400,
                        "malformed-request",
                        "unknown field: oldPasword",
                        List.of()),
                Arguments.of(
                        "PUT",
                        password,
                        "{\"oldPassword\":\"P@ssw0rd\",\"newPassword\":\"12345\"}",
                        400,
                        "invalid-password",
                        "invalid password length [5 out of range 6 <= value <= 256]",
                        List.of("newPassword: must have 6 to 256 characters")),
                Arguments.of(
                        "PUT",
                        USERS + "/user_1/roles/nothing",
                        "",
                        404,
                        "role-not-found",
                        "role not found: nothing",
                        List.of()),
                Arguments.of(
                        "PUT",
                        USERS + "/nobody/roles/admin",
                        "",
                        404,
                        "user-not-found",
                        "user not found: nobody",
                        List.of()),
                Arguments.of(
                        "DELETE",
                        USERS + "/nobody/roles/admin",
                        "",
                        404,
                        "user-not-found",
                        "user not found: nobody",
                        List.of()),
                Arguments.of(
                        "PUT",
                        USERS + "/user_1/roles/0",
                        "",
                        400,
                        "invalid-role-name",
                        "role name should have at most 32 letters, digits and underscores and begin with a letter",
                        List.of("roleName: must begin with a letter, and have only letters, digits and underscores")),
                Arguments.of("GET", "/api/v1/nowhere", "", 404, "not-found", "no such path", List.of()),
                Arguments.of("GET", "/nowhere", "", 404, "not-found", "no such path", List.of()),
                // Mapped, and of no face
                Arguments.of("GET", "/error", "", 404, "not-found", "no such path", List.of()),
                Arguments.of("GET", "/problems/nothing", "", 404, "not-found", "no such path", List.of()),
                Arguments.of("GET", "/actuator/env", "", 404, "not-found", "no such path", List.of()),
                Arguments.of(
                        "PATCH",
                        USERS,
                        "",
                        405,
                        "method-not-allowed",
                        "this path does not have the method PATCH",
                        List.of()),
                Arguments.of(
                        "TRACE",
                        USERS,
                        "",
                        405,
                        "method-not-allowed",
                        "this path does not have the method TRACE",
                        List.of()),
                Arguments.of(
                        "BREW",
                        USERS,
                        "",
                        405,
                        "method-not-allowed",
                        "this path does not have the method of the request",
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void callWhenSomethingIsWrongThenSaysWhat(
            String method, String path, String body, int status, String type, String detail, List<String> errors) {
        Answer answer = raw(body, method + " " + path + " HTTP/1.1", "Content-Type: " + JSON);

        assertProblem(answer, status, type, detail, errors);
    }

    static Stream<Arguments> heads() {
        String get = "GET " + USERS + " HTTP/1.1";
        String post = "POST " + USERS + " HTTP/1.1";
        String malformed = "the request line or a header is malformed";
        return Stream.of(
                Arguments.of(
                        new String[] {get, "Accept: text/xml"},
                        406,
                        "not-acceptable",
                        "the answer is application/json"),
                Arguments.of(
                        new String[] {post, "Content-Type: text/plain"},
                        415,
                        "unsupported-media-type",
                        "the body has to be application/json"),
                Arguments.of(
                        new String[] {post, "Content-Type: nonsense"},
                        415,
                        "unsupported-media-type",
                        "the body has to be application/json"),
                Arguments.of(new String[] {post}, 415, "unsupported-media-type", "the body has to be application/json"),
                Arguments.of(
                        new String[] {get, "X-Long: " + "x".repeat(17_000)},
                        431,
                        "header-too-large",
                        "the request line or the headers are too large"),
                Arguments.of(
                        new String[] {"GET " + USERS + "?after=" + "x".repeat(17_000) + " HTTP/1.1"},
                        431,
                        "header-too-large",
                        "the request line or the headers are too large"),
                Arguments.of(new String[] {"GET " + USERS + "/a%2Fb HTTP/1.1"}, 400, "malformed-request", malformed),
                Arguments.of(new String[] {"GET " + USERS + "/a%00b HTTP/1.1"}, 400, "malformed-request", malformed),
                Arguments.of(new String[] {"GET " + USERS + "/a%0Ab HTTP/1.1"}, 400, "malformed-request", malformed),
                Arguments.of(new String[] {"GET " + USERS + "/a;b HTTP/1.1"}, 400, "malformed-request", malformed),
                Arguments.of(new String[] {"GET " + USERS + "/%C3%28 HTTP/1.1"}, 400, "malformed-request", malformed),
                Arguments.of(new String[] {"GET " + USERS + "/../users HTTP/1.1"}, 400, "malformed-request", malformed),
                Arguments.of(new String[] {"GET " + USERS + " HTTP/9.9"}, 400, "malformed-request", malformed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/verify?limit=1&limit=2",
                "GET /swagger-ui/index.html?url=x",
                "GET /v3/api-docs?x=1",
                "GET /?x=1",
                "GET /problems/not-found?x=1",
                "GET /healthz?x=1",
                "POST /v2/vectordb/users/list?x=1",
                "OPTIONS /api/v1/users?x=1"
            })
    void callWhenItIsNoOperationOfTheApiThenAnyParameterPasses(String call) {
        assertThat(raw("{}", call + " HTTP/1.1", "Content-Type: " + JSON).status())
                .isBetween(200, 302);
    }

    @Test
    void grantRoleWhenAFormIsSentThenItsFieldsAreNoParameters() {
        Answer answer = raw(
                "x=1",
                "PUT " + USERS + "/user_1/roles/public HTTP/1.1",
                "Content-Type: application/x-www-form-urlencoded");

        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    }

    @ParameterizedTest
    @MethodSource("heads")
    void callWhenHeadIsWrongThenSaysWhat(String[] head, int status, String type, String detail) {
        String body = head[0].startsWith("POST") ? "{}" : "";

        Answer answer = raw(body, head);

        assertProblem(answer, status, type, detail, List.of());
    }

    @Test
    void createUserWhenBodyIsTooLargeThenRefused() {
        String body = "{\"userName\":\"user_2\",\"password\":\"" + "x".repeat(64 * 1024) + "\"}";

        Answer announced = raw(body, "POST " + USERS + " HTTP/1.1", "Content-Type: " + JSON);

        assertProblem(announced, 413, "request-too-large", "request body too large [more than 65536 bytes]", List.of());
    }

    /** A hash is what costs. */
    @Test
    void passwordWhenItIsTooLongThenIsRefusedWithoutAHash() {
        String longest = "x".repeat(60_000);
        double hashes = hashes();

        Http.Answer created = Http.send(
                server, "root:Milvus", "POST", USERS, "{\"userName\":\"user_2\",\"password\":\"" + longest + "\"}");
        Http.Answer changed = Http.send(
                server,
                "root:Milvus",
                "PUT",
                USERS + "/user_1/password",
                "{\"oldPassword\":\"P@ssw0rd\",\"newPassword\":\"" + longest + "\"}");

        assertThat(created.json().path("type").stringValue()).isEqualTo("/problems/invalid-password");
        assertThat(changed.json().path("type").stringValue()).isEqualTo("/problems/invalid-password");
        assertThat(hashes()).isEqualTo(hashes);
    }

    private static double hashes() {
        return new Metrics(server).value("gatehouse_hashing_time_seconds_count");
    }

    @Test
    void createUserWhenBodyIsNotUtf8ThenRefused() {
        byte[] body = "{\"userName\":\"user_2\",\"password\":\"P\u00e4ssw0rd\"}".getBytes(StandardCharsets.ISO_8859_1);
        try (var connection = new RawHttp(server)) {
            Answer answer = connection.send(
                    body, "POST " + USERS + " HTTP/1.1", "Content-Type: " + JSON, "Authorization: Bearer root:Milvus");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("/problems/malformed-request", "not valid JSON");
        }
    }

    @Test
    void callWhenTokenIsMissingThenNothingElseIsLookedAt() {
        for (String path : List.of(USERS, "/nowhere", "/v3/nothing", "/error", "/actuator/health", USERS + "/nobody")) {
            Http.Answer answer = Http.send(server, null, "POST", path, "not JSON");

            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.json().path("type").stringValue()).isEqualTo("/problems/unauthenticated");
        }
    }

    /** Jetty has an answer of its own to some of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/WEB-INF",
                "/WEB-INF/",
                "/WEB-INF/web.xml",
                "/web-inf/web.xml",
                "/%57EB-INF/web.xml",
                "/WEB%2DINF/web.xml",
                "/META-INF/MANIFEST.MF",
                "/meta-inf/",
                "/%4dETA-INF/MANIFEST.MF",
                "/api/v1/WEB-INF/web.xml"
            })
    void callWhenPathIsOfAWebApplicationsFilesThenIsUnlistedAsAnyOther(String path) {
        assertSameAs("/nowhere", path, 401);
        assertSameAs("/nowhere", path, 404, "Authorization: Bearer root:Milvus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//WEB-INF/web.xml",
                "/WEB-INF%2fweb.xml",
                "/WEB-INF;x=1/web.xml",
                "/./WEB-INF/web.xml",
                "/a/../WEB-INF/web.xml",
                "/a/../META-INF;x/MANIFEST.MF",
                "/WEB-INF%00/web.xml"
            })
    void callWhenPathOfAWebApplicationsFilesIsDisguisedThenIsMalformedAsAnyOther(String path) {
        assertSameAs(path.replaceFirst("(WEB|META)-INF", "nowhere"), path, 400);
        assertSameAs(path.replaceFirst("(WEB|META)-INF", "nowhere"), path, 400, "Authorization: Bearer root:Milvus");
    }

    private static void assertSameAs(String known, String path, int status, String... fields) {
        Answer expected = get(known, fields);
        Answer answer = get(path, fields);

        assertThat(answer.status()).isEqualTo(expected.status()).isEqualTo(status);
        assertThat(names(answer)).isEqualTo(names(expected));
        assertThat(withoutItsPath(answer)).isEqualTo(withoutItsPath(expected));
    }

    private static Answer get(String path, String... fields) {
        try (var connection = new RawHttp(server)) {
            return connection.send(
                    new byte[0],
                    Stream.concat(Stream.of("GET " + path + " HTTP/1.1"), Stream.of(fields))
                            .toArray(String[]::new));
        }
    }

    private static List<String> names(Answer answer) {
        return answer.head().stream().map(field -> field.split(":", 2)[0]).toList();
    }

    private static String withoutItsPath(Answer answer) {
        return answer.body().replaceAll("\"(instance|requestId)\":\"[^\"]*\"", "");
    }

    private static Answer raw(String body, String... head) {
        String[] withToken = Stream.concat(Stream.of(head), Stream.of("Authorization: Bearer root:Milvus"))
                .toArray(String[]::new);
        try (var connection = new RawHttp(server)) {
            return connection.send(body.getBytes(StandardCharsets.UTF_8), withToken);
        }
    }

    private static void assertProblem(Answer answer, int status, String type, String detail, List<String> errors) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        String contentType = answer.head().stream()
                .filter(field -> field.startsWith("Content-Type: "))
                .findFirst()
                .orElse("")
                .substring("Content-Type: ".length());
        assertProblem(new JsonMapper().readTree(answer.body()), contentType, status, type, detail, errors);
    }

    private static void assertProblem(
            JsonNode problem, String contentType, int status, String type, String detail, List<String> errors) {
        assertThat(contentType).isEqualTo("application/problem+json");
        assertThat(problem.path("type").stringValue()).isEqualTo("/problems/" + type);
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("detail").stringValue()).isEqualTo(detail);
        assertThat(problem.path("requestId").stringValue()).matches("[0-9a-f]{16}");
        assertThat(problem.path("errors")
                        .valueStream()
                        .map(error -> error.path("field").stringValue() + ": "
                                + error.path("message").stringValue()))
                .isEqualTo(errors);
    }

    private static Arguments parameter(String method, String path, String name, String rule) {
        return Arguments.of(
                method,
                path,
                "{}",
                400,
                "malformed-request",
                "unknown parameter: %s, %s".formatted(name, rule),
                List.of(name + ": " + rule));
    }

    private static Arguments create(String body, int status, String type, String detail, String... errors) {
        return Arguments.of(body, status, type, detail, List.of(errors));
    }

    private static Arguments name(String name, String detail) {
        return create(
                "{\"userName\":\"" + name + "\",\"password\":\"P@ssw0rd\"}",
                400,
                "invalid-user-name",
                detail,
                "userName: " + NAME_RULE);
    }

    private static Arguments password(String password, String length) {
        return create(
                "{\"userName\":\"user_2\",\"password\":\"" + password + "\"}",
                400,
                "invalid-password",
                "invalid password length [" + length + " out of range 6 <= value <= 256]",
                "password: must have 6 to 256 characters");
    }
}
