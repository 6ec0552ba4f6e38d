package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes that come at the same moment have the outcome of one after the other. */
abstract class ConcurrencyContract {

    private static final int ROUNDS = 60;
    private static final String ROOT = "root:Milvus";
    private static final String USERS = "/api/v1/users";

    /** Hashing at once, or the changes would already be in a row when they come to the database. */
    private static final String PARALLEL = "gatehouse.hashing.threads=8";

    private final TestDatabase database;
    private final ExecutorService clients = Executors.newCachedThreadPool();

    ConcurrencyContract(TestDatabase database) {
        this.database = database;
    }

    @AfterEach
    void stopClients() {
        clients.shutdownNow();
    }

    @Test
    void dropWhenManyAskForItThenExactlyOneSucceeds() throws Exception {
        GatehouseServer server = GatehouseServer.shared(database, PARALLEL);

        for (int round = 1; round <= ROUNDS; round++) {
            String userName = "dropped_once_" + round;
            create(server, userName, "password1");
            List<Answer> answers = atOnce(Collections.nCopies(4, () -> drop(server, userName)));

            assertThat(statuses(answers)).containsExactly(204, 404, 404, 404);
        }
    }

    @Test
    void changePasswordWhenTheUserIsReplacedAtOnceThenTheNewUserIsLeftAlone() throws Exception {
        GatehouseServer server = GatehouseServer.shared(database, PARALLEL);

        for (int round = 1; round <= ROUNDS; round++) {
            String userName = "replaced_" + round;
            create(server, userName, "password1");
            List<Answer> answers =
                    atOnce(List.of(() -> changePassword(server, userName, "password1", "password2"), () -> {
                        drop(server, userName);
                        return create(server, userName, "password3");
                    }));

            assertThat(answers.get(0).status()).isIn(204, 403, 404);
            assertThat(answers.get(1).status()).isEqualTo(201);
            assertThat(letsIn(server, userName, "password3")).isTrue();
            assertThat(letsIn(server, userName, "password2")).isFalse();
        }
    }

    @Test
    void createWhenThereIsALimitThenManyAtOnceDoNotExceedIt() throws Exception {
        int limit = 6;
        try (var server = GatehouseServer.start(database, PARALLEL, "proxy.maxUserNum=" + limit)) {
            for (int round = 1; round <= 5; round++) {
                String prefix = "limited_" + round + "_";
                List<Answer> answers = atOnce(IntStream.range(0, 12)
                        .<Callable<Answer>>mapToObj(client -> () -> create(server, prefix + client, "password1"))
                        .toList());

                assertThat(names(server)).hasSize(limit);
                assertThat(statuses(answers))
                        .isEqualTo(Stream.concat(
                                        Collections.nCopies(limit - 1, 201).stream(),
                                        Collections.nCopies(12 - limit + 1, 409).stream())
                                .toList());
                assertThat(answers)
                        .filteredOn(answer -> answer.status() == 409)
                        .allMatch(answer -> answer.body().contains("/problems/user-limit-reached"));
                for (String name : names(server)) {
                    if (!name.equals("root")) {
                        assertThat(drop(server, name).status()).isEqualTo(204);
                    }
                }
            }
        }
    }

    @Test
    void grantRoleWhenTwoRolesAreGrantedAtOnceThenBothStay() throws Exception {
        GatehouseServer server = GatehouseServer.shared(database, PARALLEL);
        create(server, "granted", "password1");

        for (int round = 1; round <= ROUNDS; round++) {
            List<Answer> grants =
                    atOnce(List.of(() -> grant(server, "granted", "admin"), () -> grant(server, "granted", "public")));

            assertThat(statuses(grants)).containsExactly(204, 204);
            assertThat(roles(server, "granted")).containsExactly("admin", "public");

            List<Answer> revocations = atOnce(
                    List.of(() -> revoke(server, "granted", "admin"), () -> revoke(server, "granted", "public")));

            assertThat(statuses(revocations)).containsExactly(204, 204);
            assertThat(roles(server, "granted")).isEmpty();
        }
    }

    @Test
    void grantRoleWhenManyGrantTheSameThenAllSucceed() throws Exception {
        GatehouseServer server = GatehouseServer.shared(database, PARALLEL);

        for (int round = 1; round <= ROUNDS; round++) {
            String userName = "granted_" + round;
            create(server, userName, "password1");
            List<Answer> answers = atOnce(Collections.nCopies(4, () -> grant(server, userName, "admin")));

            assertThat(statuses(answers)).containsExactly(204, 204, 204, 204);
            assertThat(roles(server, userName)).containsExactly("admin");
        }
    }

    /** Makes calls begin at the same moment; returns their answers in the order of the calls. */
    private List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
        var start = new CyclicBarrier(calls.size());
        List<Future<Answer>> answers = new ArrayList<>();
        for (Callable<Answer> call : calls) {
            answers.add(clients.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                return call.call();
            }));
        }
        List<Answer> result = new ArrayList<>();
        for (Future<Answer> answer : answers) {
            result.add(answer.get(60, TimeUnit.SECONDS));
        }
        return result;
    }

    private static List<Integer> statuses(List<Answer> answers) {
        return answers.stream().map(Answer::status).sorted().toList();
    }

    private static Answer create(GatehouseServer server, String userName, String password) {
        String body = Http.json(Map.of("userName", userName, "password", password));
        return Http.send(server, ROOT, "POST", USERS, body);
    }

    private static Answer changePassword(
            GatehouseServer server, String userName, String oldPassword, String newPassword) {
        String body = Http.json(Map.of("oldPassword", oldPassword, "newPassword", newPassword));
        return Http.send(server, ROOT, "PUT", path(userName) + "/password", body);
    }

    private static Answer drop(GatehouseServer server, String userName) {
        return Http.send(server, ROOT, "DELETE", path(userName), null);
    }

    private static Answer grant(GatehouseServer server, String userName, String role) {
        return Http.send(server, ROOT, "PUT", path(userName) + "/roles/" + role, null);
    }

    private static Answer revoke(GatehouseServer server, String userName, String role) {
        return Http.send(server, ROOT, "DELETE", path(userName) + "/roles/" + role, null);
    }

    private static Answer describe(GatehouseServer server, String userName) {
        return Http.send(server, ROOT, "GET", path(userName), null);
    }

    private static List<String> roles(GatehouseServer server, String userName) {
        return describe(server, userName)
                .json()
                .path("roles")
                .valueStream()
                .map(role -> role.stringValue())
                .toList();
    }

    private static List<String> names(GatehouseServer server) {
        return Http.send(server, ROOT, "GET", USERS + "?limit=1000", null)
                .json()
                .path("users")
                .valueStream()
                .map(user -> user.path("userName").stringValue())
                .toList();
    }

    private static boolean letsIn(GatehouseServer server, String userName, String password) {
        int status = Http.send(server, userName + ":" + password, "GET", "/api/v1/me", null)
                .status();
        assertThat(status).isIn(200, 401);
        return status == 200;
    }

    private static String path(String userName) {
        return USERS + "/" + userName;
    }
}
