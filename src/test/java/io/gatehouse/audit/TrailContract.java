package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The trail tells what happened: all of it, in order, and nothing else. */
abstract class TrailContract {

    private static final int OPERATIONS = 1000;
    private static final List<String> NAMES = List.of("root", "alice", "bob", "carol", "nobody");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestDatabase database;

    protected TrailContract(TestDatabase database) {
        this.database = database;
    }

    @Test
    void trailWhenReadAfterManyOperationsOverAllFacesThenTellsThemInOrder() {
        long seed = System.nanoTime();
        System.out.println("audit trail: seed=" + seed + " database=" + database);
        try (GatehouseServer server = GatehouseServer.start(database)) {
            var run = new Run(server, new Random(seed));

            for (int i = 0; i < OPERATIONS; i++) {
                run.step();
            }
            run.expectLogin("api", "root");

            var trail = new Trail(server);
            Await.until(SOON, "the last login is written", () -> trail.lines("").size() >= run.expected.size());
            assertThat(trail.lines("")).as("seed %d", seed).isEqualTo(run.expected);
            assertThat(new AdminApi(server).list("root:Milvus").names())
                    .isEqualTo(List.copyOf(new TreeSet<>(run.users.keySet())));
        }
    }

    /** A model of the users, and of what has to be in the trail about them. */
    private static final class Run {

        private final Map<String, Face> faces;
        private final Random random;
        private final List<String> expected = new ArrayList<>();
        private final Map<String, ModelUser> users = new HashMap<>();
        private int passwords;

        /** The state of its user at the time a token was proven. */
        private final Map<String, Integer> proven = new HashMap<>();

        private static final class ModelUser {
            private String password;
            private final TreeSet<String> roles = new TreeSet<>();
            private int version;

            private ModelUser(String password, int version) {
                this.password = password;
                this.version = version;
            }
        }

        private int versions;

        Run(GatehouseServer server, Random random) {
            this.faces = Map.of("api", new AdminApi(server), "rest-v2", new RestV2(server), "grpc", new Grpc(server));
            this.random = random;
            users.put("root", new ModelUser("Milvus", ++versions));
            expected.add("create-user start - root - success -");
        }

        void step() {
            String faceName = pick(List.of("api", "rest-v2", "grpc"));
            String caller = random.nextInt(3) == 0 ? "root" : pick(NAMES);
            ModelUser user = users.get(caller);
            Face face = Objects.requireNonNull(faces.get(faceName));
            if (user == null || random.nextInt(10) == 0) {
                String token = caller + ":wrong-password";
                face.logIn(token);
                String known = user == null ? "-" : caller;
                expected.add("login " + faceName + " " + known + " " + known + " - denied unauthenticated");
                return;
            }
            expectLogin(faceName, caller);
            operate(face, faceName, caller, caller + ":" + user.password);
        }

        void expectLogin(String faceName, String caller) {
            ModelUser user = known(caller);
            String token = caller + ":" + user.password;
            if (!Optional.of(user.version).equals(Optional.ofNullable(proven.put(token, user.version)))) {
                expected.add("login " + faceName + " " + caller + " - - success -");
            }
        }

        private void operate(Face face, String faceName, String caller, String token) {
            String target = pick(NAMES);
            String role = pick(List.of("admin", "public"));
            ModelUser about = users.get(target);
            boolean administrator = caller.equals("root") || known(caller).roles.contains("admin");
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    String password = "password-" + ++passwords;
                    face.create(token, target, password);
                    String refusal = !administrator ? "permission-denied" : about != null ? "user-already-exists" : "";
                    if (expect("create-user", faceName, caller, target, "-", refusal)) {
                        users.put(target, new ModelUser(password, ++versions));
                    }
                }
                case 2 -> {
                    boolean right = random.nextBoolean();
                    String old = right && about != null ? about.password : "wrong-password";
                    String password = target.equals("root") ? "Milvus" : "password-" + ++passwords;
                    face.changePassword(token, target, old, password);
                    String refusal = !administrator && !caller.equals(target)
                            ? "permission-denied"
                            : about == null ? "user-not-found" : !right ? "old-password-mismatch" : "";
                    if (expect("change-password", faceName, caller, target, "-", refusal)) {
                        known(target).password = password;
                        known(target).version = ++versions;
                    }
                }
                case 3 -> {
                    face.drop(token, target);
                    String refusal = !administrator
                            ? "permission-denied"
                            : target.equals("root")
                                    ? "root-protected"
                                    : target.equals(caller) ? "self-drop" : about == null ? "user-not-found" : "";
                    if (expect("drop-user", faceName, caller, target, "-", refusal)) {
                        users.remove(target);
                    }
                }
                case 4, 5 -> {
                    face.grantRole(token, target, role);
                    changeRole("grant-role", faceName, caller, administrator, target, role);
                }
                case 6 -> {
                    face.revokeRole(token, target, role);
                    changeRole("revoke-role", faceName, caller, administrator, target, role);
                }
                default -> {
                    face.list(token);
                    if (!administrator) {
                        expect("list-users", faceName, caller, "-", "-", "permission-denied");
                    }
                }
            }
        }

        private void changeRole(
                String action, String faceName, String caller, boolean administrator, String target, String role) {
            ModelUser about = users.get(target);
            if (!administrator || about == null) {
                String refusal = !administrator ? "permission-denied" : "user-not-found";
                expect(action, faceName, caller, target, role, refusal);
                return;
            }
            boolean grant = action.equals("grant-role");
            boolean changed = !target.equals("root") && (grant ? about.roles.add(role) : about.roles.remove(role));
            // What changes nothing is no event
            if (changed) {
                about.version = ++versions;
                expect(action, faceName, caller, target, role, "");
            }
        }

        private boolean expect(
                String action, String faceName, String caller, String target, String role, String refusal) {
            boolean success = refusal.isEmpty();
            expected.add(String.join(
                    " ",
                    action,
                    faceName,
                    caller,
                    target,
                    role,
                    success ? "success" : "denied",
                    success ? "-" : refusal));
            return success;
        }

        private ModelUser known(String name) {
            return Objects.requireNonNull(users.get(name));
        }

        private <T> T pick(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }
    }
}
