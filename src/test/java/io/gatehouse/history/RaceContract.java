package io.gatehouse.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.history.History.Call;
import io.gatehouse.history.UserCall.ChangeOwnPassword;
import io.gatehouse.history.UserCall.ChangePassword;
import io.gatehouse.history.UserCall.Create;
import io.gatehouse.history.UserCall.Drop;
import io.gatehouse.history.UserCall.GrantRole;
import io.gatehouse.history.UserCall.LogIn;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.Face.Outcome;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Calls that come at the same moment, over any faces: their answers, what is there afterwards, who is let in and the audit trail are
 * those of one after the other. {@code gatehouse.race.rounds} says how often each race is run, {@code gatehouse.race.seed} lets them be
 * drawn as before.
 */
abstract class RaceContract {

    private static final int ROUNDS = Integer.getInteger("gatehouse.race.rounds", 25);
    private static final long SEED = Long.getLong("gatehouse.race.seed", new Random().nextInt(1_000_000));

    /** Hashing at once, or the calls would already be in a row when they come to the database. */
    private static final String PARALLEL = "gatehouse.hashing.threads=8";

    /** How much later than another a call of the same moment may begin; most take a millisecond or two. */
    private static final int LATEST_NANOS = 2_000_000;

    /** What no caller deserves: there is a serial order that spares it. */
    private static final List<Optional<Problem>> FAULTS = Stream.of(
                    Problem.INTERNAL_ERROR, Problem.STORAGE_UNAVAILABLE, Problem.OVERLOADED)
            .map(Optional::of)
            .toList();

    private final TestDatabase database;
    private final Random random = new Random(SEED);
    private final ExecutorService clients = Executors.newCachedThreadPool();

    RaceContract(TestDatabase database) {
        this.database = database;
    }

    @AfterEach
    void stopClients() {
        clients.shutdownNow();
    }

    @Test
    void createWhenOthersCreateTheSameThenOneSucceeds() throws Exception {
        race("create/create", List.of(), () -> several(number -> List.of(new Create("password" + number))));
    }

    @Test
    void changePasswordWhenOthersChangeItThenOneSucceeds() throws Exception {
        race("change/change", List.of(new Create("password0")), () -> several(number -> List.of(change(number))));
    }

    @Test
    void changePasswordWhenTheUserIsDroppedThenNothingOfItStays() throws Exception {
        race(
                "change/drop",
                List.of(new Create("password0"), new GrantRole("public")),
                () -> List.of(List.of(change(1)), List.of(new Drop())));
    }

    @Test
    void logInWhenTheUserIsDroppedThenIsLetInOrUnknown() throws Exception {
        race(
                "drop/login",
                List.of(new Create("password0")),
                () -> List.of(List.of(new Drop()), List.of(new LogIn("password0"))));
    }

    @Test
    void grantRoleWhenTheUserIsDroppedThenNobodyHasTheRole() throws Exception {
        race(
                "grant/drop",
                List.of(new Create("password0")),
                () -> List.of(List.of(new GrantRole("admin")), List.of(new Drop())));
    }

    @Test
    void logInWhenARoleIsGrantedThenIsLetIn() throws Exception {
        race(
                "grant/login",
                List.of(new Create("password0")),
                () -> List.of(List.of(new GrantRole("admin")), List.of(new LogIn("password0"))));
    }

    @Test
    void logInWhenThePasswordIsChangedThenIsLetInWithTheOneThatIsThere() throws Exception {
        race(
                "change/login",
                List.of(new Create("password0")),
                () -> List.of(List.of(change(1), new LogIn("password1")), List.of(new LogIn("password1"))));
    }

    @Test
    void logInWhenOthersLoggedInTooEarlyThenIsLetIn() throws Exception {
        race(
                "create/login",
                List.of(),
                () -> List.of(
                        List.of(new Create("password1"), new LogIn("password1")),
                        List.of(new LogIn("password1"), new LogIn("password1"), new LogIn("password1"))));
    }

    /** By an administrator or by the user. */
    private UserCall change(int number) {
        String newPassword = "password" + number;
        return random.nextBoolean()
                ? new ChangePassword("password0", newPassword)
                : new ChangeOwnPassword("password0", newPassword);
    }

    /** From two to four clients. */
    private List<List<UserCall>> several(IntFunction<List<UserCall>> calls) {
        return IntStream.rangeClosed(1, 2 + random.nextInt(3)).mapToObj(calls).toList();
    }

    /**
     * Runs a race, each round with a user of its own.
     *
     * @param before what happens to the user before the race
     * @param race what each client then asks for, one after the other
     */
    private void race(String name, List<UserCall> before, Supplier<List<List<UserCall>>> race) throws Exception {
        GatehouseServer server = GatehouseServer.shared(database, PARALLEL);
        Map<String, Integer> outcomes = new TreeMap<>();

        for (int round = 1; round <= ROUNDS; round++) {
            var history = new History(name.replace('/', '_') + "_" + round, UserState.ABSENT);
            before.forEach(call -> make(face(server), history, 0, call));
            if (!before.isEmpty() && random.nextBoolean()) {
                // Its token is remembered, and has to be forgotten
                make(face(server), history, 0, new LogIn("password0"));
            }
            List<Optional<Problem>> answers = atOnce(server, history, race.get());
            UserState found = Comparison.find(server, history);
            List<String> trail = trail(server, history);

            assertThat(history.explain(found, trail))
                    .describedAs("seed %d, round %d: %s", SEED, round, history.describe(found, trail))
                    .isPresent();
            outcomes.merge(words(answers), 1, Integer::sum);
        }

        try (Connection connection = server.bean(DataSource.class).getConnection()) {
            assertThat(StoredUsers.read(connection).faults()).isEmpty();
        }
        System.out.println("race: %s, seed %d: %s, %d rounds: %s"
                .formatted(database.name().toLowerCase(Locale.ROOT), SEED, name, ROUNDS, outcomes));
    }

    /** Lets clients begin at the same moment; returns how their first calls ended. */
    private List<Optional<Problem>> atOnce(GatehouseServer server, History history, List<List<UserCall>> race)
            throws Exception {
        var start = new CyclicBarrier(race.size());
        List<Future<Optional<Problem>>> answers = new ArrayList<>();
        for (int client = 0; client < race.size(); client++) {
            int number = client + 1;
            List<UserCall> calls = race.get(client);
            List<Face> faces = calls.stream().map(call -> face(server)).toList();
            int later = random.nextInt(LATEST_NANOS) * random.nextInt(2);
            answers.add(clients.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                LockSupport.parkNanos(later);
                List<Outcome> own = new ArrayList<>();
                for (int call = 0; call < calls.size(); call++) {
                    own.add(make(faces.get(call), history, number, calls.get(call)));
                }
                return own.get(0).refusal();
            }));
        }
        List<Optional<Problem>> result = new ArrayList<>();
        for (Future<Optional<Problem>> answer : answers) {
            result.add(answer.get(60, TimeUnit.SECONDS));
        }
        return result;
    }

    private static Outcome make(Face face, History history, int client, UserCall what) {
        long begun = System.nanoTime();
        Outcome answer = what.make(face, history.userName());
        history.add(client, new Call(what, face, begun, System.nanoTime(), Optional.of(answer)));
        assertThat(answer.refusal()).isNotIn(FAULTS);
        return answer;
    }

    private Face face(GatehouseServer server) {
        return switch (random.nextInt(3)) {
            case 0 -> new AdminApi(server);
            case 1 -> new Grpc(server);
            default -> new RestV2(server);
        };
    }

    private static List<String> trail(GatehouseServer server, History history) throws SQLException {
        try (Connection connection = server.bean(DataSource.class).getConnection()) {
            return StoredUsers.trail(connection, history.userName()).stream()
                    .map(StoredUsers.Line::text)
                    .toList();
        }
    }

    private static String words(List<Optional<Problem>> answers) {
        return answers.stream()
                .map(answer -> answer.map(problem -> problem.name().toLowerCase(Locale.ROOT))
                        .orElse("done"))
                .sorted()
                .collect(Collectors.joining(" + "));
    }
}
