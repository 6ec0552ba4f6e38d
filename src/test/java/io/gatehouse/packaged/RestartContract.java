package io.gatehouse.packaged;

import static io.gatehouse.testing.GatehouseProcess.complaintsIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * What a later start keeps of an earlier one, above all the password of {@code root} (S2). What is kept is in the database, so the
 * starts are in this JVM; how processes end is in {@link RestartH2IT} and {@link CommandsIT}.
 */
@Tag("operator")
@ExtendWith(OutputCaptureExtension.class)
abstract class RestartContract {

    private static final String DEFAULT_PASSWORD = "root still has the default password: change it";

    private final Map<String, String> database;

    @TempDir
    private Path folder = Path.of("");

    RestartContract(TestDatabase database) {
        this.database = database.fresh();
    }

    @Test
    void usersWhenRestartedThenAreAsTheyWere(CapturedOutput output) {
        String token = "root:Milvus";
        String described;
        int beforeFirst = output.length();
        try (var first = GatehouseServer.start(database)) {
            var api = new AdminApi(first);
            assertThat(api.create(token, "kept", "password1").refusal()).isEmpty();
            assertThat(api.create(token, "dropped", "password1").refusal()).isEmpty();
            assertThat(api.grantRole(token, "kept", "admin").refusal()).isEmpty();
            assertThat(api.changePassword("kept:password1", "kept", "password1", "password2")
                            .refusal())
                    .isEmpty();
            assertThat(api.drop(token, "dropped").refusal()).isEmpty();
            described = users(first);
        }
        String printedFirst = printedSince(beforeFirst, output);
        int beforeSecond = output.length();

        try (var second = GatehouseServer.start(database)) {
            assertThat(users(second)).isEqualTo(described);
            assertThat(described).contains("kept").doesNotContain("dropped");
            assertThat(letsIn(second, "kept:password2")).isTrue();
            assertThat(letsIn(second, "kept:password1")).isFalse();
            assertThat(letsIn(second, "dropped:password1")).isFalse();
        }
        assertThat(printedFirst).doesNotContain(" ERROR ");
        assertThat(complaintsIn(printedFirst)).anyMatch(line -> line.contains(DEFAULT_PASSWORD));
        assertThat(complaintsIn(printedSince(beforeSecond, output))).anyMatch(line -> line.contains(DEFAULT_PASSWORD));
    }

    @Test
    void rootPasswordWhenConfiguredThenHoldsFromTheFirstStartOn(CapturedOutput output) {
        int beforeFirst = output.length();
        try (var first = GatehouseServer.start(database, "common.security.defaultRootPassword=first_password")) {
            assertThat(letsIn(first, "root:first_password")).isTrue();
            assertThat(letsIn(first, "root:Milvus")).isFalse();
        }
        String printedFirst = printedSince(beforeFirst, output);
        int beforeSecond = output.length();

        try (var second = GatehouseServer.start(database, "common.security.defaultRootPassword=other_password")) {
            assertThat(letsIn(second, "root:first_password")).isTrue();
            assertThat(letsIn(second, "root:other_password")).isFalse();
        }
        assertThat(printedFirst).doesNotContain(DEFAULT_PASSWORD).doesNotContain("has no effect");
        assertThat(complaintsIn(printedSince(beforeSecond, output)))
                .anyMatch(line -> line.contains("common.security.defaultRootPassword has no effect: root exists"
                        + " already and has another password"));
        assertThat(printedSince(beforeSecond, output))
                .doesNotContain(DEFAULT_PASSWORD)
                .doesNotContain("first_password")
                .doesNotContain("other_password");
    }

    @Test
    void rootPasswordWhenInAFileTooThenTheFileWins(CapturedOutput output) throws IOException {
        Path file = Files.writeString(folder.resolve("root-password"), "from the file\n");
        int before = output.length();

        try (var server = GatehouseServer.start(
                database,
                "common.security.defaultRootPassword=from_the_setting",
                "gatehouse.root-password-file=" + file)) {
            assertThat(letsIn(server, "root:from the file")).isTrue();
            assertThat(letsIn(server, "root:from_the_setting")).isFalse();
            assertThat(letsIn(server, "root:Milvus")).isFalse();
        }
        assertThat(printedSince(before, output))
                .doesNotContain(DEFAULT_PASSWORD)
                .doesNotContain("from the file");
    }

    @Test
    void startWhenTheDefaultPasswordIsRefusedThenStopsAndTheAdviceHelps(CapturedOutput output) {
        RefusedStart.assertRefusedHere(
                output,
                database,
                "root still has the default password, and gatehouse.refuse-default-root-password forbids it: set"
                        + " common.security.defaultRootPassword before the first start, or run reset-password root.",
                "gatehouse.refuse-default-root-password=true");

        try (var corrected = GatehouseServer.start(
                database,
                "gatehouse.refuse-default-root-password=true",
                "common.security.defaultRootPassword=good_password")) {
            assertThat(letsIn(corrected, "root:good_password")).isTrue();
            assertThat(letsIn(corrected, "root:Milvus")).isFalse();
        }
    }

    final Map<String, String> database() {
        return database;
    }

    static String users(GatehouseServer server) {
        return Http.send(server, "root:Milvus", "GET", "/api/v1/users", null).body();
    }

    static boolean letsIn(GatehouseServer server, String token) {
        return new AdminApi(server)
                .logIn(token)
                .refusal()
                .map(problem -> {
                    assertThat(problem).isEqualTo(Problem.UNAUTHENTICATED);
                    return false;
                })
                .orElse(true);
    }

    /**
     * What was printed meanwhile.
     *
     * @param before how much was printed then; what starts with the class, such as PostgreSQL, prints too
     */
    static String printedSince(int before, CapturedOutput output) {
        return output.getAll().substring(before);
    }
}
