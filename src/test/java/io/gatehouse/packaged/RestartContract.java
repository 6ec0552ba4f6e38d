package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a later start keeps of an earlier one, above all the password of {@code root} (S2). */
@Tag("operator")
abstract class RestartContract {

    static final String USERS = "/api/v1/users";

    private static final String DEFAULT_PASSWORD = "root still has the default password: change it";

    /** SIGTERM, as the operating system reports it: 128 and the number of the signal. */
    private static final int STOPPED = 143;

    private final Map<String, String> database;

    @TempDir
    private Path folder = Path.of("");

    RestartContract(TestDatabase database) {
        this.database = database.fresh();
    }

    @Test
    void usersWhenRestartedThenAreAsTheyWere() {
        String token = "root:Milvus";
        String described;
        try (var first = GatehouseProcess.start(database)) {
            create(first, token, "kept", "password1");
            create(first, token, "dropped", "password1");
            assertThat(first.send(token, "PUT", USERS + "/kept/roles/admin", null)
                            .status())
                    .isEqualTo(204);
            String change = Http.json(Map.of("oldPassword", "password1", "newPassword", "password2"));
            assertThat(first.send("kept:password1", "PUT", USERS + "/kept/password", change)
                            .status())
                    .isEqualTo(204);
            assertThat(first.send(token, "DELETE", USERS + "/dropped", null).status())
                    .isEqualTo(204);
            described = first.send(token, "GET", USERS, null).body();

            assertThat(first.stop()).isEqualTo(STOPPED);
            assertThat(first.complaints()).anyMatch(line -> line.contains(DEFAULT_PASSWORD));
            assertThat(first.output()).doesNotContain(" ERROR ");
        }

        try (var second = GatehouseProcess.start(database)) {
            assertThat(second.send(token, "GET", USERS, null).body()).isEqualTo(described);
            assertThat(described).contains("kept").doesNotContain("dropped");
            assertThat(second.letsIn("kept", "password2")).isTrue();
            assertThat(second.letsIn("kept", "password1")).isFalse();
            assertThat(second.letsIn("dropped", "password1")).isFalse();
            assertThat(second.complaints()).anyMatch(line -> line.contains(DEFAULT_PASSWORD));
        }
    }

    @Test
    void rootPasswordWhenConfiguredThenHoldsFromTheFirstStartOn() {
        try (var first = GatehouseProcess.start(database, "common.security.defaultRootPassword=first_password")) {
            assertThat(first.letsIn("root", "first_password")).isTrue();
            assertThat(first.letsIn("root", "Milvus")).isFalse();
            assertThat(first.output()).doesNotContain(DEFAULT_PASSWORD).doesNotContain("has no effect");
            first.stop();
        }

        try (var second = GatehouseProcess.start(database, "common.security.defaultRootPassword=other_password")) {
            assertThat(second.letsIn("root", "first_password")).isTrue();
            assertThat(second.letsIn("root", "other_password")).isFalse();
            assertThat(second.complaints())
                    .anyMatch(line -> line.contains("common.security.defaultRootPassword has no effect: root exists"
                            + " already and has another password"));
            assertThat(second.output())
                    .doesNotContain(DEFAULT_PASSWORD)
                    .doesNotContain("first_password")
                    .doesNotContain("other_password");
        }
    }

    @Test
    void rootPasswordWhenInAFileTooThenTheFileWins() throws IOException {
        Path file = Files.writeString(folder.resolve("root-password"), "from the file\n");

        try (var server = GatehouseProcess.start(
                database,
                "common.security.defaultRootPassword=from_the_setting",
                "gatehouse.root-password-file=" + file)) {
            assertThat(server.letsIn("root", "from the file")).isTrue();
            assertThat(server.letsIn("root", "from_the_setting")).isFalse();
            assertThat(server.letsIn("root", "Milvus")).isFalse();
            assertThat(server.output()).doesNotContain(DEFAULT_PASSWORD).doesNotContain("from the file");
        }
    }

    @Test
    void startWhenTheDefaultPasswordIsRefusedThenStopsAndTheAdviceHelps() {
        String refusal =
                "root still has the default password, and gatehouse.refuse-default-root-password forbids it: set"
                        + " common.security.defaultRootPassword before the first start, or run reset-password root.";
        try (var refused = GatehouseProcess.launch(database, "gatehouse.refuse-default-root-password=true")) {
            RefusedStart.assertRefused(refused, refusal);
        }

        try (var corrected = GatehouseProcess.start(
                database,
                "gatehouse.refuse-default-root-password=true",
                "common.security.defaultRootPassword=good_password")) {
            assertThat(corrected.letsIn("root", "good_password")).isTrue();
            assertThat(corrected.letsIn("root", "Milvus")).isFalse();
        }
    }

    final Map<String, String> database() {
        return database;
    }

    static void create(GatehouseProcess server, String token, String userName, String password) {
        String body = Http.json(Map.of("userName", userName, "password", password));
        assertThat(server.send(token, "POST", USERS, body).status()).isEqualTo(201);
    }
}
