package io.gatehouse.history;

import io.gatehouse.history.History.Call;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.Face.Outcome;
import io.gatehouse.testing.Gatehouse;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.RestV2;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients that change users over all faces as fast as they are answered, until they are stopped. Each has users of its own, and
 * shares some with its neighbour.
 */
final class Clients {

    private static final int CLIENTS = 6;
    private static final int OWN_USERS = 4;
    private static final int SHARED_USERS = 2;
    private static final List<String> ROLES = List.of("admin", "public");

    private static final String WRONG_PASSWORD = "wrong_password";

    private final List<Face> faces;
    private final Map<String, History> histories;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    private Clients(Gatehouse gatehouse, Map<String, History> histories) {
        this.faces = List.of(new AdminApi(gatehouse), new Grpc(gatehouse), new RestV2(gatehouse));
        this.histories = histories;
    }

    /** The users whom these clients change. */
    static List<String> userNames() {
        List<String> names = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            names.addAll(ownUsers(client));
            if (client % 2 == 0) {
                names.addAll(sharedUsers(client));
            }
        }
        return names;
    }

    /**
     * Starts them.
     *
     * @param histories where they write down what happens to each user
     * @param prefix what begins each of their new passwords
     */
    static Clients start(Gatehouse gatehouse, Map<String, History> histories, String prefix, Random random) {
        var clients = new Clients(gatehouse, histories);
        for (int client = 0; client < CLIENTS; client++) {
            Client started = clients.new Client(client, prefix + client + "_", new Random(random.nextLong()));
            clients.running.add(clients.threads.submit(started::run));
        }
        return clients;
    }

    /** How many calls were answered with success so far. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** How many calls ended without an answer that says what came of them so far. */
    int lost() {
        return lost.get();
    }

    /** Lets each end the call that it makes, whatever becomes of it, and begin no other. */
    void stopSoon() {
        stopped = true;
    }

    /** Waits until all have stopped; passes on what went wrong in one. */
    void await() throws Exception {
        stopSoon();
        for (Future<?> client : running) {
            client.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    private static List<String> ownUsers(int client) {
        List<String> names = new ArrayList<>();
        for (int user = 1; user <= OWN_USERS; user++) {
            names.add("own_%d_%d".formatted(client, user));
        }
        return names;
    }

    private static List<String> sharedUsers(int client) {
        List<String> names = new ArrayList<>();
        for (int user = 1; user <= SHARED_USERS; user++) {
            names.add("shared_%d_%d".formatted(client / 2, user));
        }
        return names;
    }

    /** What a client takes a user for; it may be wrong, and then learns so from the answer. */
    private record Belief(boolean exists, @Nullable String password) {}

    private final class Client {

        private final int number;
        private final String prefix;
        private final Random random;
        private final List<String> userNames;
        private final Map<String, Belief> beliefs = new HashMap<>();
        private int passwords;

        private Client(int number, String prefix, Random random) {
            this.number = number;
            this.prefix = prefix;
            this.random = random;
            this.userNames = new ArrayList<>(ownUsers(number));
            this.userNames.addAll(sharedUsers(number));
        }

        private void run() {
            while (!stopped) {
                History history = histories.get(pick(userNames));
                if (history == null) {
                    throw new IllegalStateException("a user without a history");
                }
                Belief belief = beliefs.computeIfAbsent(history.userName(), any -> belief(history.before()));
                UserCall what = choose(belief);
                Face face = pick(faces);
                long begun = System.nanoTime();
                Optional<Outcome> answer = make(what, face, history.userName());
                history.add(number, new Call(what, face, begun, System.nanoTime(), answer));
                beliefs.put(
                        history.userName(),
                        answer.map(known -> learn(belief, what, known)).orElse(belief));
            }
        }

        private static Belief belief(UserState state) {
            return new Belief(
                    state.exists(), state.passwords().stream().findFirst().orElse(null));
        }

        /** An answer that says what came of the call; empty where only what is found later does. */
        private Optional<Outcome> make(UserCall what, Face face, String userName) {
            Optional<Outcome> answer;
            try {
                answer = Optional.of(what.make(face, userName));
            } catch (UncheckedIOException e) {
                answer = Optional.empty();
            }
            answer = answer.filter(known -> !known.refusal().equals(Optional.of(Problem.STORAGE_UNAVAILABLE)));
            if (answer.isEmpty()) {
                lost.incrementAndGet();
            } else if (answer.get().refusal().isEmpty()) {
                acknowledged.incrementAndGet();
            }
            return answer;
        }

        private UserCall choose(Belief belief) {
            int percent = random.nextInt(100);
            if (!belief.exists()) {
                return percent < 85 ? new UserCall.Create(newPassword()) : pick(blind());
            }
            String password = belief.password();
            if (password == null) {
                return percent < 50 ? new UserCall.ResetPassword(newPassword()) : pick(blind());
            }
            if (percent < 30) {
                return new UserCall.ChangePassword(password, newPassword());
            }
            if (percent < 50) {
                return new UserCall.ChangeOwnPassword(password, newPassword());
            }
            if (percent < 56) {
                return new UserCall.LogIn(password);
            }
            if (percent < 60) {
                return new UserCall.ChangePassword(WRONG_PASSWORD, newPassword());
            }
            return pick(blind());
        }

        /** What needs no knowledge of the user. */
        private List<UserCall> blind() {
            return List.of(
                    new UserCall.Drop(),
                    new UserCall.ResetPassword(newPassword()),
                    new UserCall.Create(newPassword()),
                    new UserCall.GrantRole(pick(ROLES)),
                    new UserCall.GrantRole(pick(ROLES)),
                    new UserCall.RevokeRole(pick(ROLES)));
        }

        private Belief learn(Belief belief, UserCall what, Outcome answer) {
            if (answer.refusal().isPresent()) {
                return switch (answer.refusal().get()) {
                    case USER_NOT_FOUND -> new Belief(false, null);
                    case USER_ALREADY_EXISTS -> new Belief(true, belief.exists() ? belief.password() : null);
                    case UNAUTHENTICATED -> new Belief(true, null);
                    case OLD_PASSWORD_MISMATCH ->
                        what.passwords().contains(WRONG_PASSWORD) ? belief : new Belief(true, null);
                    default -> belief;
                };
            }
            if (what instanceof UserCall.Create create) {
                return new Belief(true, create.password());
            }
            if (what instanceof UserCall.ChangePassword change) {
                return new Belief(true, change.newPassword());
            }
            if (what instanceof UserCall.ChangeOwnPassword change) {
                return new Belief(true, change.newPassword());
            }
            if (what instanceof UserCall.ResetPassword reset) {
                return new Belief(true, reset.newPassword());
            }
            return what instanceof UserCall.Drop ? new Belief(false, null) : belief;
        }

        private String newPassword() {
            return "password_" + prefix + ++passwords;
        }

        private <T> T pick(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }
    }
}
