package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.util.HtmlUtils;

/**
 * The settings that the seed document shows, taken out of it as they stand; only its lines of three dots, its sign for "omitted", are
 * dropped. The document is no part of this repository: the test needs it in {@code ../shared/seed}, or where the system property
 * {@code gatehouse.seed-document} says.
 */
class SeedDocumentIT {

    private static final Pattern CODE =
            Pattern.compile("<code translate=\"no\" class=\"language-yaml\">(.*?)<button", Pattern.DOTALL);
    private static final Path DOCUMENT =
            Path.of(System.getProperty("gatehouse.seed-document", "../shared/seed/authenticate.md"));

    @TempDir
    private Path directory;

    private List<String> snippets = List.of();

    @BeforeEach
    void takeSnippets() throws Exception {
        assumeTrue(Files.isRegularFile(DOCUMENT), "the seed document is not here: " + DOCUMENT);
        snippets = CODE.matcher(Files.readString(DOCUMENT))
                .results()
                .map(SeedDocumentIT::text)
                .toList();
        assertThat(snippets).hasSize(4);
    }

    @Test
    void s1StartWhenSnippetIsMilvusYamlThenAuthenticationIsOff() throws Exception {
        try (GatehouseServer server = start(snippets.get(0))) {
            assertThat(snippets.get(0)).contains("authorizationEnabled: false");
            assertThat(Http.send(server, null, "GET", "/api/v1/users", null).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void s1StartWhenSnippetIsHelmValuesThenAuthenticationIsOn() throws Exception {
        try (GatehouseServer server = startOverOff(snippets.get(1))) {
            assertThat(snippets.get(1)).contains("user.yaml: |+");
            assertAuthenticationIsOn(server);
        }
    }

    @Test
    void s1StartWhenSnippetIsACustomResourceThenAuthenticationIsOn() throws Exception {
        try (GatehouseServer server = startOverOff(snippets.get(2))) {
            assertThat(snippets.get(2)).contains("kind: Milvus");
            assertAuthenticationIsOn(server);
        }
    }

    @Test
    void s7StartWhenSnippetIsMilvusYamlThenRootAndFooAreSuperusers() throws Exception {
        try (GatehouseServer server = start(snippets.get(3))) {
            assertRootAndFooAreSuperusers(server);
        }
    }

    @Test
    void s7StartWhenSnippetStandsInHelmValuesThenRootAndFooAreSuperusers() throws Exception {
        try (GatehouseServer server =
                start("extraConfigFiles:\n  user.yaml: |+\n" + snippets.get(3).indent(4))) {
            assertRootAndFooAreSuperusers(server);
        }
    }

    @Test
    void s7StartWhenSnippetStandsInACustomResourceThenRootAndFooAreSuperusers() throws Exception {
        try (GatehouseServer server = start("apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec:\n  config:\n"
                + snippets.get(3).indent(4))) {
            assertRootAndFooAreSuperusers(server);
        }
    }

    private GatehouseServer start(String... texts) throws Exception {
        StringBuilder files = new StringBuilder();
        for (String text : texts) {
            Path file = Files.writeString(Files.createTempFile(directory, "settings", ".yaml"), text);
            files.append(files.isEmpty() ? "" : ", ").append(file);
        }
        return GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + files);
    }

    /** Authentication is on by default, so that only a file that is read can turn it on again: the later file wins. */
    private GatehouseServer startOverOff(String text) throws Exception {
        return start(snippets.get(0), text);
    }

    private static void assertAuthenticationIsOn(GatehouseServer server) {
        assertThat(Http.send(server, null, "GET", "/api/v1/users", null).status())
                .isEqualTo(401);
        assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/users", null)
                        .status())
                .isEqualTo(200);
    }

    private static void assertRootAndFooAreSuperusers(GatehouseServer server) {
        var api = new AdminApi(server);
        assertThat(api.create("root:Milvus", "foo", "P@ssw0rd").refusal()).isEmpty();
        assertThat(api.create("root:Milvus", "bar", "P@ssw0rd").refusal()).isEmpty();
        assertThat(api.changePassword("root:Milvus", "bar", null, "P@ssw0rd1").refusal())
                .isEmpty();
        assertThat(api.changePassword("foo:P@ssw0rd", "foo", null, "P@ssw0rd1").refusal())
                .isEmpty();
        assertThat(api.changePassword("bar:P@ssw0rd1", "bar", null, "P@ssw0rd2").refusal())
                .contains(Problem.OLD_PASSWORD_MISMATCH);
    }

    private static String text(MatchResult code) {
        return HtmlUtils.htmlUnescape(code.group(1).replaceAll("<[^>]*>", ""))
                .lines()
                .filter(line -> !line.equals("..."))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
