package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The seed's story S4 to S9, told in Swagger UI by a real browser. */
@Tag("browser")
class SwaggerUiIT {

    private static final String ROOT = "root:Milvus";

    /** A browser takes longer to start than a test does; nothing of a test outlives a page, as one of them shows. */
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static SwaggerUiPage page;

    @BeforeAll
    static void launch(@TempDir Path profile) {
        page = SwaggerUiPage.launch(profile);
    }

    @AfterAll
    static void close() {
        page.close();
    }

    /** On a server of its own, or on the fresh one at {@code gatehouse.uri}, such as that of {@code docker compose}. */
    @Test
    void storyWhenToldInThePageThenEachStepIsAnsweredAsTheSeedSays() throws IOException {
        String elsewhere = System.getProperty("gatehouse.uri");
        if (elsewhere != null) {
            tellStory(URI.create(elsewhere + "/swagger-ui.html"));
            return;
        }
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            tellStory(server.uri("/swagger-ui.html"));
        }
    }

    /** S7. */
    @Test
    void changePasswordWhenSuperUserInThePageThenNeedsNoOldPassword() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "common.security.superUsers=root")) {
            Http.send(server, ROOT, "POST", "/api/v1/users", ApiText.NEW_USER);
            page.open(server.uri("/swagger-ui.html"));
            page.authorize(ROOT);

            var changed = page.execute("changePassword", List.of("user_1"), "{\"newPassword\":\"P@ssw0rd123\"}");

            assertThat(changed.status()).isEqualTo(204);
            assertThat(changed.body()).isEmpty();
            assertThat(Http.send(server, "user_1:P@ssw0rd123", "GET", "/api/v1/me", null)
                            .status())
                    .isEqualTo(200);
            assertThat(page.consoleErrors()).isEmpty();
        }
    }

    @Test
    void authorizeWhenPasswordIsNotLatin1ThenBase64LogsIn() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);
        String newUser = Http.json(Map.of("userName", "swagger_base64", "password", "пароль-密码"));
        Http.send(server, ROOT, "POST", "/api/v1/users", newUser);
        page.open(server.uri("/swagger-ui.html"));

        page.authorize(Base64.getEncoder().encodeToString("swagger_base64:пароль-密码".getBytes(StandardCharsets.UTF_8)));

        var me = page.execute("me", List.of());
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.json().path("userName").asString()).isEqualTo("swagger_base64");
        assertThat(page.authorizeDialog()).contains("give the base64 of the UTF-8 bytes of user:password instead");
    }

    @Test
    void reloadWhenAuthorizedThenTokenIsForgotten() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);
        page.open(server.uri("/swagger-ui.html"));
        page.authorize(ROOT);
        assertThat(page.execute("me", List.of()).status()).isEqualTo(200);

        page.open(server.uri("/swagger-ui.html"));

        assertThat(page.isAuthorized()).isFalse();
        assertThat(page.stored()).doesNotContain("Milvus");
        assertThat(page.execute("me", List.of()).status()).isEqualTo(401);
    }

    /** A browser that is offered {@code Basic} asks for the password itself, above the page, and keeps it. */
    @Test
    void executeWhenTokenIsMissingThenThePageShowsItAndTheBrowserIsNotAsked() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);
        page.open(server.uri("/swagger-ui.html"));

        assertProblem(page.execute("me", List.of()), 401, "unauthenticated", "a valid token is needed: user:password");
        assertThat(page.challenges("/api/v1/me")).isEqualTo("Bearer realm=\"gatehouse\"");
    }

    @Test
    void pageWhenOpenedWithoutAPathThenUsersComeFirstAndEachRefusalHasItsOwnExample() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

        page.open(server.uri("/"));

        assertThat(page.groups()).containsExactly("Users", "Roles", "Me", "Audit");
        for (String operation : List.of("createUser", "listUsers", "changePassword", "dropUser", "me")) {
            assertThat(page.examples(operation)).as(operation).containsKeys("400", "401", "429", "503");
            page.examples(operation).forEach((status, example) -> {
                if (status.compareTo("400") >= 0) {
                    assertThat(example).contains("\"status\": " + status + ",");
                }
            });
        }
    }

    @Test
    void pageWhenServedThenMayNotBeFramedAndRunsOnlyOurScripts() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

        Answer answer = Http.send(server, null, "GET", "/swagger-ui/index.html", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(List.of(policy.split("; ?", -1)))
                        .contains("default-src 'self'", "frame-ancestors 'none'")
                        .noneMatch(directive -> directive.startsWith("script-src")));
        assertThat(answer.response().headers().firstValue("X-Frame-Options")).hasValue("DENY");
    }

    /** S4. */
    private void tellStory(URI swaggerUi) throws IOException {
        page.open(swaggerUi);

        page.authorize(ROOT);
        createsAndDescribes();
        page.authorize("user_1:P@ssw0rd");
        logsInAtOnce();
        changesItsPassword();
        page.authorize("user_1:P@ssw0rd123");
        cannotDropItself();
        page.authorize(ROOT);
        dropsAndLists();

        assertThat(page.consoleErrors()).isEmpty();
    }

    private void createsAndDescribes() {
        var created = page.execute("createUser", List.of(), ApiText.NEW_USER);
        assertThat(created.status()).isEqualTo(201);
        assertUser(created.json());

        var described = page.execute("describeUser", List.of("user_1"));
        assertThat(described.status()).isEqualTo(200);
        assertUser(described.json());
    }

    /** S5. */
    private void logsInAtOnce() {
        var me = page.execute("me", List.of());

        assertThat(me.status()).isEqualTo(200);
        assertThat(me.json().toString())
                .isEqualTo("{\"userName\":\"user_1\",\"roles\":[],\"superUser\":false,\"administrator\":false}");
    }

    /** S6: the old password is needed, and is of no use afterwards. */
    private void changesItsPassword() {
        var refused = page.execute("changePassword", List.of("user_1"), "{\"newPassword\":\"P@ssw0rd123\"}");
        assertProblem(
                refused,
                403,
                "old-password-mismatch",
                "the old password of user_1 is needed; only users named in common.security.superUsers need not give it, and for"
                        + " a lost one there is reset-password on the server's machine, or an administrator can drop the user"
                        + " and create it again");

        var changed = page.execute("changePassword", List.of("user_1"), ApiText.PASSWORD_CHANGE);
        assertThat(changed.status()).isEqualTo(204);
        assertThat(changed.body()).isEmpty();

        assertProblem(page.execute("me", List.of()), 401, "unauthenticated", "a valid token is needed: user:password");
    }

    /** S8: not even an administrator can. */
    private void cannotDropItself() {
        var notAdministrator = page.execute("dropUser", List.of("user_1"));
        assertProblem(notAdministrator, 403, "permission-denied", "permission denied: user_1 may not drop users");

        page.authorize(ROOT);
        assertThat(page.execute("grantRole", List.of("user_1", "admin")).status())
                .isEqualTo(204);
        page.authorize("user_1:P@ssw0rd123");

        var itself = page.execute("dropUser", List.of("user_1"));
        assertProblem(itself, 403, "self-drop", "user cannot drop itself");
    }

    /** S8, S9. */
    private void dropsAndLists() throws IOException {
        assertThat(names(page.execute("listUsers", List.of()))).isEqualTo("[\"root\",\"user_1\"]");
        takeScreenshot();

        var dropped = page.execute("dropUser", List.of("user_1"));
        assertThat(dropped.status()).isEqualTo(204);
        assertThat(dropped.body()).isEmpty();

        assertThat(names(page.execute("listUsers", List.of()))).isEqualTo("[\"root\"]");
    }

    private static void assertUser(JsonNode user) {
        assertThat(user.path("userName").asString()).isEqualTo("user_1");
        assertThat(user.path("roles").toString()).isEqualTo("[]");
        assertThat(user.propertyNames())
                .containsExactly("userName", "roles", "administrator", "createdAt", "updatedAt");
    }

    private static void assertProblem(SwaggerUiPage.Shown shown, int status, String type, String detail) {
        assertThat(shown.status()).isEqualTo(status);
        assertThat(shown.json().path("type").asString()).isEqualTo("/problems/" + type);
        assertThat(shown.json().path("detail").asString()).isEqualTo(detail);
    }

    private static String names(SwaggerUiPage.Shown list) {
        assertThat(list.status()).isEqualTo(200);
        return Http.json(list.json()
                .path("users")
                .valueStream()
                .map(user -> user.path("userName").asString())
                .toList());
    }

    private void takeScreenshot() throws IOException {
        String file = System.getProperty("gatehouse.screenshot");
        if (file != null) {
            Files.write(Path.of(file), page.screenshot());
        }
    }
}
