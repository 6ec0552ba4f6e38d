package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names mean the same on every database: how they sort, and that an odd one is the caller's mistake and no outage. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OrderContract {

    private static final String ROOT = "root:Milvus";
    private static final String USERS = "/api/v1/users";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PASSWORD = "password1";

    /** By code point: digits, capitals, the underscore, small letters. A dictionary has another order. */
    private static final List<String> IN_ORDER =
            List.of("A", "B1", "B_", "B_upper", "Ba", "Z", "Z_last", "a", "aZ", "a_lower", "aa", "b", "root", "z");

    private final GatehouseServer server;

    OrderContract(Map<String, String> database) {
        server = GatehouseServer.start(database);
        IN_ORDER.stream()
                .filter(userName -> !userName.equals("root"))
                .sorted(Comparator.reverseOrder())
                .forEach(userName -> assertThat(
                                admin("POST", USERS, newUser(userName)).status())
                        .isEqualTo(201));
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Test
    void listWhenNamesHaveCapitalsAndUnderscoresThenIsByCodePoint() {
        assertThat(names(list("?limit=1000"))).isEqualTo(IN_ORDER);
        assertThat(rest("list", "{}").path("data").valueStream().map(JsonNode::stringValue))
                .isEqualTo(IN_ORDER);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 13, 14, 15})
    void listWhenReadPageByPageThenHasEveryNameOnceInOrder(int limit) {
        List<String> names = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = list("?limit=" + limit + "&after=" + after);
            names.addAll(names(page));
            after = page.path("next").stringValue("");
        } while (!after.isEmpty());

        assertThat(names).isEqualTo(IN_ORDER);
    }

    @Test
    void listWhenAfterIsNobodysNameThenGoesOnWhereItWouldStand() {
        assertThat(names(list("?limit=2&after=Bz"))).containsExactly("Z", "Z_last");
        assertThat(names(list("?limit=2&after=Zz"))).containsExactly("a", "aZ");
        assertThat(names(list("?after=zz"))).isEmpty();
    }

    /** NUL, which PostgreSQL cannot hold, line ends, halves of a surrogate pair, which have no UTF-8, and other oddities. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\u0000",
                "a\\u0000",
                "a\\u0000b",
                "a\\n",
                "a\\nb",
                "\\r\\n",
                "a\\ud800",
                "\\udc00a",
                "a\\ud83d\\ude00",
                "a\\uffff",
                "a\\u202e",
                "a\\u00e4",
                "a' or ''='",
                "a%00",
                "a\\\\u0000",
                "a\\\\"
            })
    void operationsWhenTheNameIsOddThenNoneFails(String escaped) {
        String json = "\"" + escaped + "\"";
        byte[] name = utf8(JSON.readTree(json).stringValue());
        String path = USERS + "/" + percentEncoded(name);

        assertThat(admin("POST", USERS, "{\"userName\":" + json + ",\"password\":\"password1\"}")
                        .status())
                .isEqualTo(400);
        assertThat(admin("GET", path, null).status()).isBetween(400, 499);
        assertThat(admin("PUT", path + "/password", "{\"oldPassword\":\"password1\",\"newPassword\":\"password2\"}")
                        .status())
                .isBetween(400, 499);
        assertThat(admin("DELETE", path, null).status()).isBetween(400, 499);
        assertThat(admin("PUT", path + "/roles/public", null).status()).isBetween(400, 499);
        assertThat(admin("DELETE", path + "/roles/public", null).status()).isBetween(400, 499);
        assertThat(admin("PUT", path.replace("/users/", "/users/a/roles/"), null)
                        .status())
                .isBetween(400, 499);
        assertThat(admin("GET", path.replace("/users/", "/users?after="), null).status())
                .isEqualTo(400);
        assertThat(login(name)).isEqualTo(401);

        String field = "{\"userName\":" + json;
        assertThat(code("create", field + ",\"password\":\"password1\"}")).isEqualTo(1100);
        assertThat(code("describe", field + "}")).isEqualTo(1100);
        assertThat(code("drop", field + "}")).isZero();
        assertThat(code("update_password", field + ",\"password\":\"password1\",\"newPassword\":\"password2\"}"))
                .isEqualTo(1400);
        assertThat(code("grant_role", field + ",\"roleName\":\"admin\"}")).isEqualTo(1100);
        assertThat(code("revoke_role", field + ",\"roleName\":\"admin\"}")).isEqualTo(1100);
        assertThat(code("grant_role", "{\"userName\":\"a\",\"roleName\":" + json + "}"))
                .isEqualTo(1100);
        assertThat(code("revoke_role", "{\"userName\":\"a\",\"roleName\":" + json + "}"))
                .isEqualTo(1100);
        assertThat(names(list("?limit=1000"))).containsExactlyInAnyOrderElementsOf(IN_ORDER);
    }

    private Answer admin(String method, String path, @Nullable String body) {
        return Http.send(server, ROOT, method, path, body);
    }

    private JsonNode list(String query) {
        Answer answer = admin("GET", USERS + query, null);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> names(JsonNode page) {
        return page.path("users")
                .valueStream()
                .map(user -> user.path("userName").stringValue())
                .toList();
    }

    private JsonNode rest(String operation, String body) {
        Answer answer = admin("POST", "/v2/vectordb/users/" + operation, body);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private int code(String operation, String body) {
        return rest(operation, body).path("code").intValue();
    }

    private int login(byte[] name) {
        byte[] password = (":" + PASSWORD).getBytes(StandardCharsets.UTF_8);
        byte[] token = Arrays.copyOf(name, name.length + password.length);
        System.arraycopy(password, 0, token, name.length, password.length);
        return Http.send(server, Base64.getEncoder().encodeToString(token), "GET", "/api/v1/me", null)
                .status();
    }

    /** UTF-8, also of half a surrogate pair, for which Java itself would put a question mark. */
    private static byte[] utf8(String text) {
        var bytes = new ByteArrayOutputStream();
        text.codePoints().forEach(c -> {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                bytes.write(0xe0 | (c >> 12));
                bytes.write(0x80 | ((c >> 6) & 0x3f));
                bytes.write(0x80 | (c & 0x3f));
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    private static String percentEncoded(byte[] bytes) {
        return HexFormat.of().withUpperCase().withPrefix("%").formatHex(bytes);
    }

    private static String newUser(String userName) {
        return Http.json(Map.of("userName", userName, "password", PASSWORD));
    }
}
