package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A disk that has no room: at start it is refused, later nothing that was acknowledged is lost and it goes on when there is room. */
abstract class FullDiskContract {

    private static final String ROOT = "root:Milvus";
    private static final String USERS = "/api/v1/users";

    @TempDir
    Path folder = Path.of("");

    /** An existing folder, which will be full. */
    abstract Path directory();

    /** Starts a process for which the folder is full, and does not wait for it. */
    abstract GatehouseProcess launchWhenFull(Map<String, String> database) throws IOException;

    /** What the operating system says to who writes there. */
    abstract String reason();

    /** Leaves a running process no room. */
    abstract void fill(GatehouseProcess server) throws IOException;

    /** Ends what {@link #fill} began. */
    abstract void makeRoom(GatehouseProcess server) throws IOException;

    @Test
    void startWhenTheDiskIsFullThenStopsAndLeavesNothingBehind() throws IOException {
        List<Path> before = files();

        try (var refused = launchWhenFull(at(directory()))) {
            assertRefused(refused, "the data directory " + directory() + " cannot be written: " + reason() + ".");
        }
        assertThat(files())
                .containsAll(before)
                .noneMatch(file -> file.toString().contains("gatehouse"));
    }

    @Test
    void changesWhenTheDiskIsFullThenAreRefusedAndNoneIsLostAndGoOnWhenThereIsRoom() throws IOException {
        List<String> acknowledged = new ArrayList<>(List.of("root"));
        List<Answer> refused = new ArrayList<>();
        try (var server = GatehouseProcess.start(at(directory()))) {
            for (String userName : List.of("before_1", "before_2")) {
                assertThat(create(server, userName).status()).isEqualTo(201);
                acknowledged.add(userName);
            }

            fill(server);
            for (int n = 1; n <= 10; n++) {
                // H2 has some room inside its file, if it is old enough
                Answer answer = create(server, "full_" + n);
                if (answer.status() == 201) {
                    acknowledged.add("full_" + n);
                } else {
                    refused.add(answer);
                }
            }
            boolean letIn = server.letsIn("before_1", "password");
            // Longer than the audit trail waits before it tries again to write the login, and fails
            Instant end = Instant.now().plusSeconds(3);
            List<Integer> reads = new ArrayList<>();
            while (Instant.now().isBefore(end)) {
                reads.add(server.send(ROOT, "GET", USERS + "/before_2", null).status());
            }
            Answer health = health(server);
            Answer ready = server.send(null, "GET", "/readyz", null);
            Answer details = server.send(ROOT, "GET", "/readyz", null);
            makeRoom(server);
            Await.until(
                    "a user is created again", () -> create(server, "after_1").status() == 201);
            acknowledged.add("after_1");

            assertThat(refused).isNotEmpty().allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.json().path("type").stringValue()).isEqualTo("/problems/storage-unavailable");
                assertThat(answer.response().headers().firstValue("Retry-After"))
                        .contains("1");
            });
            assertThat(letIn).isTrue();
            assertThat(reads).describedAs("whoever only reads notices nothing").containsOnly(200);
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.body()).isEqualTo("{\"status\":\"READ_ONLY\"}");
            assertThat(ready.status()).as("whoever only reads goes on").isEqualTo(200);
            assertThat(details.json().at("/components/storage/details/reason").asString(""))
                    .isEqualTo(reason());
            Await.until("health knows it", () -> health(server).status() == 200);
            assertHolds(server, acknowledged);
            server.kill();
        }

        try (var restarted = GatehouseProcess.start(at(directory()))) {
            assertHolds(restarted, acknowledged);
        }
    }

    private static Answer health(GatehouseProcess server) {
        return Http.send(
                HttpRequest.newBuilder(server.managementUri("/actuator/health")).build());
    }

    private static Answer create(GatehouseProcess server, String userName) {
        return server.send(ROOT, "POST", USERS, Http.json(Map.of("userName", userName, "password", "password")));
    }

    /** One that was refused may be there, as after any answer that says that the database failed; but as a whole. */
    private static void assertHolds(GatehouseProcess server, List<String> acknowledged) {
        List<String> users = server.send(ROOT, "GET", USERS, null)
                .json()
                .path("users")
                .valueStream()
                .map((JsonNode user) -> user.path("userName").stringValue())
                .toList();

        assertThat(users).containsAll(acknowledged);
        assertThat(users.stream().filter(userName -> !userName.equals("root")))
                .allMatch(userName -> server.letsIn(userName, "password"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.toList();
        }
    }

    static Map<String, String> at(Path directory) {
        return Map.of("gatehouse.data-directory", directory.toString());
    }
}
