package io.gatehouse.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.PostgresRelay;
import io.gatehouse.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two servers on one PostgreSQL. Nothing is noticed by the passing of time alone: the staleness is an hour. */
class ReplicasPostgresIT {

    private static final String HOUR = "gatehouse.cluster.staleness=1h";
    private static final String ROOT = "root:Milvus";
    private static final String LISTENING = "gatehouse_cluster_listening";
    private static final Map<String, String> DATABASE = TestDatabase.POSTGRES.fresh();
    private static final PostgresRelay RELAY = PostgresRelay.to(DATABASE);

    private static GatehouseServer first;
    private static GatehouseServer second;
    private static AdminApi here;
    private static AdminApi there;

    @BeforeAll
    static void start() {
        first = GatehouseServer.start(DATABASE, HOUR);
        second = GatehouseServer.start(
                RELAY.settings(),
                HOUR,
                "spring.datasource.hikari.minimum-idle=5",
                "spring.datasource.hikari.connection-timeout=500");
        here = new AdminApi(first);
        there = new AdminApi(second);
        awaitListening(first, 1);
        awaitListening(second, 1);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        RELAY.close();
    }

    @Test
    void passwordWhenChangedThenTheOtherReplicaRefusesTheOldToken() {
        known("changed:P@ssw0rd");

        here.changePassword(ROOT, "changed", "P@ssw0rd", "P@ssw0rd123");

        awaitRefused("changed:P@ssw0rd");
        assertThat(there.logIn("changed:P@ssw0rd123").refusal()).isEmpty();
    }

    @Test
    void userWhenDroppedThenTheOtherReplicaRefusesItsToken() {
        known("dropped:P@ssw0rd");

        here.drop(ROOT, "dropped");

        awaitRefused("dropped:P@ssw0rd");
    }

    @Test
    void administratorWhenItsRoleIsRevokedThenTheOtherReplicaRefusesItsCachedToken() {
        known("deputy:P@ssw0rd");
        here.grantRole(ROOT, "deputy", "admin");
        Await.until(
                "the other replica knows of the role",
                () -> there.list("deputy:P@ssw0rd").refusal().isEmpty());

        here.revokeRole(ROOT, "deputy", "admin");

        Await.until(
                "the other replica refuses the former administrator",
                () -> there.list("deputy:P@ssw0rd").refusal().isPresent());
        assertThat(there.list("deputy:P@ssw0rd").refusal()).contains(Problem.PERMISSION_DENIED);
    }

    @Test
    void listenerWhenCutThenHearsAgainAndMissesNothing() throws Exception {
        known("cut:P@ssw0rd");

        try (Connection database = TestDatabase.connect(DATABASE)) {
            terminateListeners(database);
        }
        here.drop(ROOT, "cut");

        awaitRefused("cut:P@ssw0rd");
        awaitListening(second, 1);
    }

    @Test
    void listenerWhenItCannotComeBackThenEveryCallAsksTheDatabase() {
        known("deaf:P@ssw0rd");
        RELAY.refuse(true);
        try {
            RELAY.cut(ChangeListener.APPLICATION_NAME);
            awaitListening(second, 0);
            assertThat(there.logIn("deaf:P@ssw0rd").refusal()).isEmpty();

            here.drop(ROOT, "deaf");

            assertThat(there.logIn("deaf:P@ssw0rd").refusal()).contains(Problem.UNAUTHENTICATED);
        } finally {
            RELAY.refuse(false);
        }
        awaitListening(second, 1);
        known("heard:P@ssw0rd");
        here.drop(ROOT, "heard");
        awaitRefused("heard:P@ssw0rd");
    }

    @Test
    void listenerWhenItsConnectionGoesSilentThenFindsOut() {
        known("silent:P@ssw0rd");

        RELAY.mute(ChangeListener.APPLICATION_NAME);
        here.drop(ROOT, "silent");

        awaitRefused("silent:P@ssw0rd");
        awaitListening(second, 1);
    }

    @Test
    void notificationWhenItIsNoUserIdThenEverythingIsForgotten() throws Exception {
        known("foreign:P@ssw0rd");
        try (Connection database = TestDatabase.connect(DATABASE);
                var statement = database.createStatement()) {
            double before = hashed();
            // Behind the back of the application, which so tells nobody
            statement.execute("update users set credential_version = credential_version + 1 where name = 'foreign'");
            assertThat(there.logIn("foreign:P@ssw0rd").refusal()).isEmpty();

            statement.execute("notify " + ChangeNotifier.CHANNEL + ", 'all of them'");

            // Which costs a hash; on a busy machine a moment ago, if the listener took its connection for dead
            Await.until("the password is proven anew", () -> {
                there.logIn("foreign:P@ssw0rd");
                return hashed() > before;
            });
        }
    }

    private static double hashed() {
        return new Metrics(second).value("gatehouse_logins_total{how=\"hashed\",outcome=\"success\"}");
    }

    /** A user whose token both replicas have verified. */
    private static void known(String token) {
        String[] parts = token.split(":", 2);
        here.create(ROOT, parts[0], parts[1]);
        assertThat(here.logIn(token).refusal()).isEmpty();
        assertThat(there.logIn(token).refusal()).isEmpty();
        assertThat(there.logIn(token).refusal()).isEmpty();
    }

    private static void terminateListeners(Connection database) throws SQLException {
        try (var statement = database.prepareStatement("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where datname = current_database() and application_name = ?")) {
            statement.setString(1, ChangeListener.APPLICATION_NAME);
            try (var ended = statement.executeQuery()) {
                ended.next();
                assertThat(ended.getInt(1)).isEqualTo(2);
            }
        }
    }

    private static void awaitRefused(String token) {
        Await.until(
                "the other replica refuses the old token",
                () -> there.logIn(token).refusal().isPresent());
        assertThat(there.logIn(token).refusal()).contains(Problem.UNAUTHENTICATED);
    }

    private static void awaitListening(GatehouseServer server, double value) {
        Await.until(LISTENING + " is " + value, () -> new Metrics(server).value(LISTENING) == value);
    }
}
