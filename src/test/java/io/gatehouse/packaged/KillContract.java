package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.packaged.Journal.State;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} at any moment: after the restart every acknowledged change is there, and of an unacknowledged one all or
 * nothing.
 */
abstract class KillContract {

    private static final int ROUNDS = 3;
    private static final int CLIENTS_PER_STREAM = 2;
    private static final int STREAMS = 3;
    private static final String ROOT = "root:Milvus";
    private static final String USERS = "/api/v1/users";

    /** SIGKILL, as the operating system reports it: 128 and the number of the signal. */
    private static final int KILLED = 137;

    private final Map<String, String> database;
    private final Journal journal = new Journal();

    KillContract(TestDatabase database) {
        this.database = database.fresh();
    }

    @Test
    void changesWhenKilledThenAcknowledgedOnesAreThereAndOthersAreWholeOrAbsent() throws Exception {
        GatehouseProcess server = GatehouseProcess.start(database);
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                killDuringChanges(server, "r" + round);
                server.close();
                server = GatehouseProcess.start(database);
                Map<String, State> found = find(server);

                assertThat(deviations(found)).isEmpty();
                assertThat(listed(server)).isEqualTo(namesToList(found));
            }
        } finally {
            server.close();
        }
    }

    private void killDuringChanges(GatehouseProcess server, String round) throws Exception {
        int inDoubtBefore = journal.inDoubt();
        var random = ThreadLocalRandom.current();
        // Counted, not timed: a fair number of each kind has been acknowledged, and the streams are in full flow
        var creations = new CountDownLatch(random.nextInt(50, 200));
        var passwordChanges = new CountDownLatch(random.nextInt(20, 80));
        var drops = new CountDownLatch(random.nextInt(20, 80));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS_PER_STREAM * STREAMS);
        List<Future<?>> streams = new ArrayList<>();

        for (int client = 1; client <= CLIENTS_PER_STREAM; client++) {
            String suffix = round + "_" + client;
            streams.add(clients.submit(() -> createUsers(server, "create_" + suffix, creations)));
            streams.add(clients.submit(() -> changePasswords(server, "change_" + suffix, passwordChanges)));
            streams.add(clients.submit(() -> createAndDropUsers(server, "drop_" + suffix, drops)));
        }
        boolean inFullFlow = await(creations) && await(passwordChanges) && await(drops);
        int exitCode = server.kill();
        for (Future<?> stream : streams) {
            stream.get(30, TimeUnit.SECONDS);
        }
        clients.shutdown();

        assertThat(inFullFlow).isTrue();
        assertThat(exitCode).isEqualTo(KILLED);
        assertThat(journal.inDoubt() - inDoubtBefore)
                .describedAs("streams that the kill cut off")
                .isEqualTo(streams.size());
    }

    private void createUsers(GatehouseProcess server, String prefix, CountDownLatch acknowledged) {
        for (int n = 1; create(server, prefix + "_" + n, "password" + n); n++) {
            acknowledged.countDown();
        }
    }

    private void changePasswords(GatehouseProcess server, String userName, CountDownLatch acknowledged) {
        boolean answered = create(server, userName, "password0");
        for (int n = 1; answered; n++) {
            answered = changePassword(server, userName, "password" + (n - 1), "password" + n);
            if (answered) {
                acknowledged.countDown();
            }
        }
    }

    private void createAndDropUsers(GatehouseProcess server, String prefix, CountDownLatch acknowledged) {
        for (int n = 1; ; n++) {
            String userName = prefix + "_" + n;
            String password = "password" + n;
            if (!create(server, userName, password)
                    || !grantPublic(server, userName, password)
                    || !drop(server, userName)) {
                return;
            }
            acknowledged.countDown();
        }
    }

    private boolean create(GatehouseProcess server, String userName, String password) {
        String body = Http.json(Map.of("userName", userName, "password", password));
        return journal.attempt(userName, State.user(password), 201, () -> server.send(ROOT, "POST", USERS, body));
    }

    private boolean changePassword(GatehouseProcess server, String userName, String oldPassword, String newPassword) {
        String body = Http.json(Map.of("oldPassword", oldPassword, "newPassword", newPassword));
        return journal.attempt(
                userName,
                State.user(newPassword),
                204,
                () -> server.send(userName + ":" + oldPassword, "PUT", path(userName) + "/password", body));
    }

    private boolean grantPublic(GatehouseProcess server, String userName, String password) {
        return journal.attempt(
                userName,
                State.user(password, "public"),
                204,
                () -> server.send(ROOT, "PUT", path(userName) + "/roles/public", null));
    }

    private boolean drop(GatehouseProcess server, String userName) {
        return journal.attempt(userName, State.ABSENT, 204, () -> server.send(ROOT, "DELETE", path(userName), null));
    }

    /** Every user that is not what it must be. */
    private List<String> deviations(Map<String, State> found) {
        return found.entrySet().stream()
                .filter(user -> !journal.possible(user.getKey()).contains(user.getValue()))
                .map(user ->
                        user.getKey() + " is " + user.getValue() + ", not one of " + journal.possible(user.getKey()))
                .toList();
    }

    private Map<String, State> find(GatehouseProcess server) {
        Map<String, State> found = new ConcurrentSkipListMap<>();
        journal.userNames().parallelStream().forEach(userName -> found.put(userName, find(server, userName)));
        return found;
    }

    private State find(GatehouseProcess server, String userName) {
        Answer described = server.send(ROOT, "GET", path(userName), null);
        assertThat(described.status()).isIn(200, 404);
        Set<String> working = new TreeSet<>(journal.passwords(userName));
        working.removeIf(password -> !server.letsIn(userName, password));
        return new State(described.status() == 200, working, roles(described.json()));
    }

    private static Set<String> roles(JsonNode user) {
        Set<String> roles = new HashSet<>();
        user.path("roles").forEach(role -> roles.add(role.stringValue()));
        return roles;
    }

    private static List<String> namesToList(Map<String, State> found) {
        Set<String> names = new TreeSet<>(Set.of("root"));
        found.forEach((userName, state) -> {
            if (state.listed()) {
                names.add(userName);
            }
        });
        return List.copyOf(names);
    }

    private static List<String> listed(GatehouseProcess server) {
        List<String> names = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = server.send(ROOT, "GET", USERS + "?limit=1000&after=" + after, null)
                    .json();
            page.path("users").forEach(user -> names.add(user.path("userName").stringValue()));
            after = page.path("next").stringValue("");
        } while (!after.isEmpty());
        return names;
    }

    private static boolean await(CountDownLatch latch) throws InterruptedException {
        return latch.await(60, TimeUnit.SECONDS);
    }

    private static String path(String userName) {
        return USERS + "/" + userName;
    }
}
