package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/** The trail tells what happened: all of it, in order, and nothing else. */
abstract class TrailContract {

    private static final int OPERATIONS = 1000;
    private static final List<String> NAMES = List.of("root", "alice", "bob", "carol", "nobody");
    private static final Caller ROOT = new ProvenUser(
            "root", Set.of(), false, true, new Client(io.gatehouse.caller.Face.API, "192.0.2.1", "0123456789abcdef"));

    private final TestDatabase database;

    protected TrailContract(TestDatabase database) {
        this.database = database;
    }

    @Test
    void trailWhenReadAfterManyOperationsOverAllFacesThenTellsThemInOrder() {
        long seed = System.nanoTime();
        System.out.println("audit trail: seed=" + seed + " database=" + database);
        try (GatehouseServer server = GatehouseServer.start(database, "gatehouse.audit.refusals-per-minute=10000")) {
            var run = new Run(server, new Random(seed));

            for (int i = 0; i < OPERATIONS; i++) {
                run.step();
            }
            run.expectLogin("api", "root");

            var trail = new Trail(server);
            server.bean(RepeatedRefusals.class).endThoseBegunBy(System.nanoTime());
            Await.until(
                    "all is written",
                    () -> counts(trail).values().stream()
                                    .mapToLong(count -> count)
                                    .sum()
                            >= run.expected.size());
            List<String> lines = trail.lines("");
            assertThat(firstRefusals(lines)).as("seed %d", seed).isEqualTo(firstRefusals(run.expected));
            assertThat(counts(trail))
                    .as("seed %d", seed)
                    .isEqualTo(
                            run.expected.stream().collect(Collectors.groupingBy(line -> line, Collectors.counting())));
            assertThat(run.expected.size() - lines.size())
                    .as("refusals that were repeats")
                    .isPositive();
            assertThat(new AdminApi(server).list("root:Milvus").names())
                    .isEqualTo(List.copyOf(new TreeSet<>(run.users.keySet())));
        }
    }

    /** Of refusals, which can be repeats, only the first of each; of changes and logins all. */
    private static List<String> firstRefusals(List<String> lines) {
        Set<String> refusals = new HashSet<>();
        return lines.stream()
                .filter(line -> line.endsWith(" success -") || refusals.add(line))
                .toList();
    }

    /** How often each line is in the trail. */
    private static Map<String, Long> counts(Trail trail) {
        Map<String, Long> counts = new HashMap<>();
        trail.events("")
                .forEach(event ->
                        counts.merge(Trail.line(event), event.path("count").longValue(), Long::sum));
        return counts;
    }

    @Test
    void eventWhenItIsRepeatedThenIsCountedInTheDatabase() {
        try (GatehouseServer server = GatehouseServer.start(database)) {
            new AdminApi(server).create("root:Milvus", "user_1", "P@ssw0rd");
            for (int i = 0; i < 20; i++) {
                new AdminApi(server).list("user_1:P@ssw0rd");
            }
            server.bean(RepeatedRefusals.class).endThoseBegunBy(System.nanoTime());

            var trail = new Trail(server);
            Await.until(
                    "the count is written",
                    () -> counts(trail)
                            .getOrDefault("list-users api user_1 - - denied permission-denied", 0L)
                            .equals(20L));
            assertThat(trail.lines("action=list-users")).hasSize(1);
        }
    }

    @Test
    void trailWhenTooLargeThenTheOldestRefusalsGoFirstThenLoginsAndChangesLast() {
        // Of the 1,200 events about 1,000 fit
        DataSize most = DataSize.ofKilobytes(database == TestDatabase.H2 ? 4200 : 528);
        try (GatehouseServer server = GatehouseServer.start(
                database, "gatehouse.audit.max-size=" + most, "gatehouse.audit.kept-for=36500d")) {
            var store = server.bean(AuditStore.class);
            var retention = server.bean(AuditRetention.class);
            // The oldest are those that are to stay
            fill(store, 0, "create-user", null);
            fill(store, 400, "login", null);
            fill(store, 800, "login", "unauthenticated");

            assertThat(store.measure()).isGreaterThan(most.toBytes());
            retention.deleteOld();
            retention.trim();

            var trail = new Trail(server);
            assertThat(size(server)).isBetween(0.97 * most.toBytes(), 1.0 * most.toBytes());
            assertThat(store.measure()).isEqualTo((long) size(server));
            assertThat(trail.lines("result=success&user=user_1")).hasSize(800);
            List<JsonNode> refusals = trail.events("result=denied");
            assertThat(refusals).hasSizeBetween(150, 300);
            assertThat(refusals.get(refusals.size() - 1).path("time").stringValue())
                    .isEqualTo(AuditFixture.login(1199, null, null).time().toString());
            assertThat(new Metrics(server).value("gatehouse_audit_trimmed_total{what=\"refusal\"}"))
                    .isEqualTo(400.0 - refusals.size());

            fill(store, 1200, "create-user", null);
            fill(store, 1600, "create-user", null);
            retention.deleteOld();
            retention.trim();

            assertThat(trail.lines("result=denied")).isEmpty();
            assertThat(trail.lines("action=login&user=user_1")).isEmpty();
            assertThat(trail.lines("action=create-user&user=user_1")).hasSizeBetween(950, 1100);
            assertThat(new Metrics(server).value("gatehouse_audit_trimmed_total{what=\"change\"}"))
                    .isPositive();
            double trimmed = new Metrics(server).value("gatehouse_audit_trimmed_total{what=\"change\"}");

            // Any user can do this without end
            fill(store, 2000, "change-password", null);
            retention.deleteOld();
            retention.trim();

            assertThat(new Metrics(server).value("gatehouse_audit_trimmed_total{what=\"own-password\"}"))
                    .isPositive();
            assertThat(new Metrics(server).value("gatehouse_audit_trimmed_total{what=\"change\"}"))
                    .isEqualTo(trimmed);
        }
    }

    @Test
    void upgradeWhenThereAreEventsThenEachCountsOnceAndGoesInItsTurn() throws SQLException {
        Map<String, String> former = migratedTo("2");
        try (Connection connection = TestDatabase.connect(former);
                var statement = connection.createStatement()) {
            for (String event : List.of(
                    "'login', 'denied', null",
                    "'login', 'success', null",
                    "'change-password', 'success', 'user_1'",
                    "'change-password', 'success', 'user_2'")) {
                statement.execute("insert into audit_events"
                        + " (occurred_at, interface, user_name, address, request_id, action, result, target) values"
                        + " (current_timestamp, 'api', 'user_1', '192.0.2.1', '0123456789abcdef', " + event + ")");
            }
        }

        try (GatehouseServer server = GatehouseServer.start(former)) {
            assertThat(new Trail(server).events("user=user_1"))
                    .extracting(event -> event.path("count").asLong())
                    .containsExactly(1L, 1L, 1L, 1L);
            var store = server.bean(AuditStore.class);
            assertThat(Arrays.stream(AuditPriority.values())
                            .map(priority ->
                                    store.oldest(priority, Long.MAX_VALUE, 1).ids()))
                    .containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L));
        }
    }

    @Test
    void followWhenATransactionTakesLongThenItsEventComesOnceAndLater() {
        try (GatehouseServer server = GatehouseServer.start(database)) {
            var trail = new Trail(server);
            var store = server.bean(AuditStore.class);
            var transactions = server.bean(PlatformTransactionManager.class);
            Await.until(
                    "the reader's login is numbered",
                    () -> trail.follow("0").lines().contains("login api root - - success -"));
            String before = trail.follow("0").last();

            TransactionStatus open = transactions.getTransaction(TransactionDefinition.withDefaults());
            store.insert(AuditFixture.login(1, "slow", null));
            new AdminApi(server).create("root:Milvus", "user_1", "P@ssw0rd");
            Await.until(
                    "the later one is there",
                    () -> !trail.follow(before).lines().isEmpty());
            Trail.News first = trail.follow(before);
            transactions.commit(open);
            Await.until(
                    "the earlier one is there",
                    () -> !trail.follow(first.last()).lines().isEmpty());
            Trail.News second = trail.follow(first.last());

            assertThat(first.lines()).containsExactly("create-user api root user_1 - success -");
            assertThat(second.lines()).containsExactly("login api slow - - success -");
            assertThat(trail.follow(second.last()).lines()).isEmpty();
            assertThat(trail.follow(before).lines()).hasSize(2);
        }
    }

    @Test
    void followWhenFourWriteInAnyOrderThenEachEventComesOnce() throws Exception {
        long seed = 20261130;
        try (GatehouseServer server = GatehouseServer.start(database)) {
            var store = server.bean(AuditStore.class);
            var reader = server.bean(AuditReader.class);
            var transaction = new TransactionTemplate(server.bean(PlatformTransactionManager.class));
            // As another process on the same database, which writes logins and gives positions, too
            var other = new AuditWriter(
                    store,
                    server.bean(AuditSize.class),
                    server.bean(AuditLog.class),
                    AuditFixture.settings(null, 10_000),
                    server.bean(PlatformTransactionManager.class),
                    new SimpleMeterRegistry());
            other.start();
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Future<Set<String>>> written = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                AuditWriter writer = i % 2 == 0 ? other : server.bean(AuditWriter.class);
                var changes = new Changes("follow_" + i + "_", new Random(seed + i), store, transaction, writer);
                written.add(pool.submit(changes::write));
            }

            var random = new Random(seed);
            List<String> seen = new ArrayList<>();
            var last = new AtomicLong();
            Runnable read = () -> {
                AuditReader.News news = reader.readSince(ROOT, AuditFixture.ALL, last.get(), 1 + random.nextInt(50));
                last.set(news.last());
                news.events().stream()
                        .map(event -> String.valueOf(event.user()))
                        .filter(name -> name.startsWith("follow_"))
                        .forEach(seen::add);
            };
            while (!written.stream().allMatch(Future::isDone)) {
                read.run();
            }
            List<String> committed = new ArrayList<>();
            for (Future<Set<String>> some : written) {
                committed.addAll(some.get());
            }
            Await.until("all has been read", () -> {
                read.run();
                return seen.size() >= committed.size();
            });
            other.stop();
            pool.shutdown();

            assertThat(seen).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(committed);
        }
    }

    /** Who writes events in transactions that take longer or shorter, some of them in vain, and events without one. */
    private record Changes(
            String name, Random random, AuditStore store, TransactionTemplate transaction, AuditWriter writer) {

        /** Returns the users of those events that are in the trail. */
        private Set<String> write() {
            Set<String> written = new HashSet<>();
            for (int i = 0; i < 150; i++) {
                String user = name + i;
                if (random.nextInt(3) == 0) {
                    writer.write(AuditFixture.login(i, user, null));
                    written.add(user);
                    continue;
                }
                List<String> users =
                        List.of(user + "_a", user + "_b", user + "_c").subList(0, 1 + random.nextInt(3));
                boolean undone = random.nextInt(5) == 0;
                int nanos = random.nextInt(3_000_000);
                transaction.executeWithoutResult(status -> {
                    users.forEach(each -> {
                        store.insert(AuditFixture.login(0, each, null));
                        LockSupport.parkNanos(nanos);
                    });
                    if (undone) {
                        status.setRollbackOnly();
                    }
                });
                if (!undone) {
                    written.addAll(users);
                }
            }
            return written;
        }
    }

    /** A database as an earlier version left it. */
    private Map<String, String> migratedTo(String version) throws SQLException {
        Map<String, String> former = database.fresh();
        try (Connection connection = TestDatabase.connect(former)) {
            Flyway.configure()
                    .dataSource(new SingleConnectionDataSource(connection, true))
                    .placeholders(Map.of("code_point_order", database == TestDatabase.POSTGRES ? "collate \"C\"" : ""))
                    .target(version)
                    .load()
                    .migrate();
        }
        return former;
    }

    @Test
    void followWhenEventsAreOfBeforeAnUpgradeThenBeginsBehindThem() throws SQLException {
        Map<String, String> former = migratedTo("3");
        try (Connection connection = TestDatabase.connect(former);
                var statement = connection.createStatement()) {
            statement.execute("insert into audit_events (occurred_at, interface, address, request_id, action, result)"
                    + " values (current_timestamp, 'api', '192.0.2.1', '0123456789abcdef', 'export-users', 'success')");
        }

        try (GatehouseServer server = GatehouseServer.start(former)) {
            var trail = new Trail(server);
            Await.until(
                    "the new ones are there", () -> trail.follow("0").lines().size() == 2);

            assertThat(trail.follow("0").lines())
                    .containsExactly("create-user start - root - success -", "login api root - - success -");
            assertThat(trail.lines("action=export-users")).hasSize(1);
        }
    }

    private static double size(GatehouseServer server) {
        return new Metrics(server).value("gatehouse_audit_size_bytes");
    }

    private static void fill(AuditStore store, int micros, String action, @Nullable String reason) {
        store.insertAll(IntStream.range(micros, micros + 400)
                .mapToObj(i -> AuditFixture.login(i, "user_1", reason))
                .map(any -> new AuditEvent(
                        any.time(),
                        action,
                        any.face(),
                        any.user(),
                        action.equals("change-password") ? any.user() : any.target(),
                        any.role(),
                        any.address(),
                        any.result(),
                        any.reason(),
                        any.requestId(),
                        any.count()))
                .toList());
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
