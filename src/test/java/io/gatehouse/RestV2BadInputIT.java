package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Milvus' codes and texts, word by word; where Gatehouse differs on purpose, {@code docs/compatibility.md} says so. */
class RestV2BadInputIT {

    private static final String REQUIRED = "missing required parameters, error: ";
    private static final String FORMAT = "can only accept json format request, error: ";

    private static GatehouseServer server;
    private static RestV2 rest;
    private static List<String> before;

    @BeforeAll
    static void createUsers() {
        server = GatehouseServer.start(TestDatabase.H2, "common.security.superUsers=sup");
        rest = new RestV2(server);
        rest.create("root:Milvus", "user_1", "P@ssw0rd");
        rest.create("root:Milvus", "adm", "P@ssw0rd");
        rest.create("root:Milvus", "sup", "P@ssw0rd");
        rest.grantRole("root:Milvus", "adm", "admin");
        rest.grantRole("root:Milvus", "sup", "admin");
        before = rest.list("root:Milvus").names();
    }

    @AfterEach
    void nothingChanged() {
        assertThat(rest.list("root:Milvus").names()).isEqualTo(before);
        assertThat(rest.logIn("user_1:P@ssw0rd").refusal()).isEmpty();
    }

    static Stream<Arguments> calls() {
        String root = "root:Milvus";
        String plain = "user_1:P@ssw0rd";
        return Stream.of(
                call(
                        root,
                        "users/list",
                        "",
                        200,
                        1801,
                        "can only accept json format request, the request body should be nil, however {} is valid"),
                call(root, "users/list", "nonsense", 200, 1801, FORMAT + "not valid JSON at line 1, column 1"),
                call(root, "users/list", "[]", 200, 1801, FORMAT + "a JSON object is expected"),
                call(root, "users/describe", "{}", 200, 1802, REQUIRED + required("UserReq.UserName")),
                call(root, "users/describe", "null", 200, 1802, REQUIRED + required("UserReq.UserName")),
                call(
                        root,
                        "users/describe",
                        "{\"userName\":7}",
                        200,
                        1801,
                        FORMAT + "a value of another type is expected: userName"),
                call(
                        root,
                        "users/describe",
                        "{\"userName\":\"n@me\"}",
                        200,
                        1100,
                        "invalid user name n@me, username must contain only numbers, letters and underscores, but got @: invalid parameter"),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"\"}",
                        200,
                        1802,
                        REQUIRED + required("PasswordReq.UserName") + "\n" + required("PasswordReq.Password")),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"user_2\",\"password\":12345678}",
                        200,
                        1801,
                        FORMAT + "a value of another type is expected: password"),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"0a\",\"password\":\"P@ssw0rd\"}",
                        200,
                        1100,
                        "invalid user name 0a, the first character must be a letter, but got 0: invalid parameter"),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"" + "a".repeat(33) + "\",\"password\":\"P@ssw0rd\"}",
                        200,
                        1100,
                        "invalid username " + "a".repeat(33)
                                + " with length 33, the length of username must be less than 32: invalid parameter"),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"user_2\",\"password\":\"1234\"}",
                        200,
                        1100,
                        "invalid password length: invalid parameter[4 out of range 6 <= value <= 256]"),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\"}",
                        200,
                        65535,
                        "user already exists: user_1"),
                call(
                        root,
                        "users/create",
                        "{\"userName\":\"user_1\",\"userName\":\"0a\",\"other\":[[]],\"password\":\"P@ssw0rd\"} trailing",
                        200,
                        1100,
                        "invalid user name 0a, the first character must be a letter, but got 0: invalid parameter"),
                call(
                        root,
                        "users/create",
                        "{\"a\":" + "[".repeat(600) + "]".repeat(600) + "}",
                        200,
                        1801,
                        FORMAT + "not valid JSON"),
                call(
                        root,
                        "users/update_password",
                        "{}",
                        200,
                        1802,
                        REQUIRED + required("NewPasswordReq.UserName") + "\n" + required("NewPasswordReq.Password")
                                + "\n" + required("NewPasswordReq.NewPassword")),
                call(
                        "sup:P@ssw0rd",
                        "users/update_password",
                        "{}",
                        200,
                        1802,
                        REQUIRED + required("NewPasswordReq.UserName") + "\n" + required("NewPasswordReq.NewPassword")),
                call(
                        "sup:P@ssw0rd",
                        "users/update_password",
                        "{\"userName\":\"nobody\",\"newPassword\":\"P@ssw0rd1\"}",
                        200,
                        65535,
                        "failed to check if update credential: user not found"),
                call(
                        root,
                        "users/update_password",
                        "{\"userName\":\"nobody\",\"password\":\"P@ssw0rd\",\"newPassword\":\"P@ssw0rd1\"}",
                        200,
                        1400,
                        "old password not correct for nobody: not authenticated"),
                call(
                        root,
                        "users/update_password",
                        "{\"userName\":\"user_1\",\"password\":\"wrong\",\"newPassword\":\"P@ssw0rd1\"}",
                        200,
                        1400,
                        "old password not correct for user_1: not authenticated"),
                call(
                        root,
                        "users/update_password",
                        "{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\",\"newPassword\":\"1\"}",
                        200,
                        1100,
                        "invalid password length: invalid parameter[1 out of range 6 <= value <= 256]"),
                call(
                        root,
                        "users/drop",
                        "{\"userName\":\"root\"}",
                        200,
                        1401,
                        "root user cannot be deleted: privilege not permitted"),
                call(
                        "adm:P@ssw0rd",
                        "users/drop",
                        "{\"userName\":\"adm\"}",
                        200,
                        1401,
                        "user cannot drop itself: privilege not permitted"),
                call(
                        root,
                        "users/grant_role",
                        "{\"userName\":\"user_1\"}",
                        200,
                        1802,
                        REQUIRED + required("UserRoleReq.RoleName")),
                call(
                        root,
                        "users/grant_role",
                        "{\"userName\":\"user_1\",\"roleName\":\"nothing\"}",
                        200,
                        65535,
                        "not found the role, maybe the role isn't existed or internal system error"),
                call(
                        root,
                        "users/grant_role",
                        "{\"userName\":\"nobody\",\"roleName\":\"admin\"}",
                        200,
                        65535,
                        "failed to check if operate user role: not found the user, maybe the user isn't existed or internal system error"),
                call(root, "roles/describe", "{}", 200, 1802, REQUIRED + required("RoleReq.RoleName")),
                call(
                        plain,
                        "users/create",
                        "{\"userName\":\"user_2\",\"password\":\"P@ssw0rd\"}",
                        403,
                        65535,
                        denied("CreateOwnership", "default")),
                call(
                        plain,
                        "users/create",
                        "{\"dbName\":\"books\",\"userName\":\"user_2\",\"password\":\"P@ssw0rd\"}",
                        403,
                        65535,
                        denied("CreateOwnership", "books")),
                call(
                        plain,
                        "users/create",
                        "{\"dbName\":\"not a name\",\"userName\":\"user_2\",\"password\":\"P@ssw0rd\"}",
                        403,
                        65535,
                        denied("CreateOwnership", "default")),
                call(
                        plain,
                        "users/create",
                        "{}",
                        200,
                        1802,
                        REQUIRED + required("PasswordReq.UserName") + "\n" + required("PasswordReq.Password")),
                call(plain, "users/drop", "{\"userName\":\"root\"}", 403, 65535, denied("DropOwnership", "default")),
                call(plain, "users/list", "{}", 403, 65535, denied("SelectOwnership", "default")),
                call(plain, "users/describe", "{\"userName\":\"root\"}", 403, 65535, denied("SelectUser", "default")),
                call(
                        plain,
                        "users/update_password",
                        "{\"userName\":\"root\",\"password\":\"P@ssw0rd\",\"newPassword\":\"P@ssw0rd\"}",
                        403,
                        65535,
                        denied("UpdateUser", "default")),
                call(
                        plain,
                        "users/grant_role",
                        "{\"userName\":\"user_1\",\"roleName\":\"admin\"}",
                        403,
                        65535,
                        denied("ManageOwnership", "default")),
                call(
                        plain,
                        "users/revoke_role",
                        "{\"userName\":\"user_1\",\"roleName\":\"admin\"}",
                        403,
                        65535,
                        denied("ManageOwnership", "default")),
                call(plain, "roles/list", "{}", 403, 65535, denied("SelectOwnership", "default")),
                call(null, "users/list", "{}", 401, 1800, "user hasn't authenticated"),
                call("root:wrong", "users/list", "{}", 401, 1800, "user hasn't authenticated"),
                call(null, "nothing/here", "{}", 401, 1800, "user hasn't authenticated"),
                call(root, "nothing/here", "{}", 404, 65535, "not found: this is Gatehouse, which keeps users only"),
                call(
                        root,
                        "users/list",
                        "{\"a\":\"" + "x".repeat(65_536) + "\"}",
                        413,
                        1100,
                        "request body too large: invalid parameter[more than 65536 bytes]"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void callWhenSomethingIsWrongThenAnswersAsMilvus(
            @Nullable String token, String path, String body, int status, String expected) {
        Http.Answer answer = Http.send(server, token, "POST", "/v2/vectordb/" + path, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.body()).isEqualTo(expected);
    }

    static Stream<Arguments> successes() {
        return Stream.of(
                Arguments.of("users/list", "null", "[\"adm\",\"root\",\"sup\",\"user_1\"]"),
                Arguments.of("users/describe", "{\"userName\":\"adm\"}", "[\"admin\"]"),
                Arguments.of("users/describe", "{\"userName\":\"nobody\"}", "[]"),
                Arguments.of("users/drop", "{\"userName\":\"nobody\"}", "{}"),
                Arguments.of("users/revoke_role", "{\"userName\":\"nobody\",\"roleName\":\"admin\"}", "{}"),
                Arguments.of("users/grant_role", "{\"userName\":\"adm\",\"roleName\":\"admin\"}", "{}"),
                Arguments.of("roles/list", "{}", "[\"admin\",\"public\"]"),
                Arguments.of("roles/describe", "{\"roleName\":\"admin\"}", "[]"),
                Arguments.of("collections/list", "{}", "[]"));
    }

    @ParameterizedTest
    @MethodSource("successes")
    void callWhenRightThenAnswersInTheEnvelope(String path, String body, String data) {
        Http.Answer answer = Http.send(server, "root:Milvus", "POST", "/v2/vectordb/" + path, body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"code\":0,\"data\":" + data + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: 1",
                "Origin: http://example.com",
                "Access-Control-Request-Method: POST",
                "Origin: http://example.com\r\nAccess-Control-Request-Method: POST",
                "Origin: http://example.com\r\nAccess-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: authorization",
                "Origin: http://example.com\r\nAccess-Control-Request-Method: nonsense"
            })
    void optionsWhenAskedWithoutATokenThenNamesTheMethodsAndAllowsNoOrigin(String fields) {
        for (String path : List.of("users/list", "nothing/here", "")) {
            try (var connection = new RawHttp(server)) {
                RawHttp.Answer answer =
                        connection.send(new byte[0], "OPTIONS /v2/vectordb/" + path + " HTTP/1.1", fields);

                assertThat(answer.status()).isEqualTo(204);
                assertThat(answer.head())
                        .contains("Allow: POST, OPTIONS")
                        .noneMatch(field -> field.toLowerCase(Locale.ROOT).startsWith("access-control"));
            }
        }
    }

    @Test
    void callWhenMethodIsGetThenIsNotFoundAsInMilvus() {
        assertThat(Http.send(server, "root:Milvus", "GET", "/v2/vectordb/users/list", null)
                        .status())
                .isEqualTo(404);
    }

    private static Arguments call(
            @Nullable String token, String path, String body, int status, int code, String message) {
        return Arguments.of(
                token, path, body, status, "{\"code\":" + code + ",\"message\":" + Http.json(message) + "}");
    }

    private static String required(String field) {
        return "Key: '%s' Error:Field validation for '%s' failed on the 'required' tag"
                .formatted(field, field.substring(field.indexOf('.') + 1));
    }

    private static String denied(String privilege, String database) {
        return "rpc error: code = PermissionDenied desc = Privilege%s: permission deny to user_1 in the `%s` database"
                .formatted(privilege, database);
    }
}
