package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.gatehouse.caller.Caller;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import io.gatehouse.user.UserRecord;
import io.gatehouse.user.transfer.ExistingUsers;
import io.gatehouse.user.transfer.ImportEntry;
import io.gatehouse.user.transfer.ImportResult;
import io.gatehouse.user.transfer.UserTransfer;
import io.milvus.grpc.RBACMeta;
import io.milvus.grpc.RestoreRBACMetaRequest;
import io.milvus.grpc.UserInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** What others do while somebody holds locks in the database, and for whom an import holds them. */
class LocksIT {

    private static final String ROOT = "root:Milvus";
    private static final String OLD_HASH = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd");
    private static final String BUSY = "the database is busy with another change of the same data";
    private static final Caller OPERATOR = Caller.operator("0123456789abcdef");

    @ParameterizedTest
    @EnumSource
    void logInWhenSomebodyElseHoldsTheRowThenIsLetInWithTheHashThatThereIs(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();
        try (GatehouseServer server = GatehouseServer.start(database);
                Connection other = server.bean(DataSource.class).getConnection()) {
            makeWithOldHash(server, "user_1");
            lock(other, "user_1");

            assertThat(new AdminApi(server).logIn("user_1:P@ssw0rd").refusal()).isEmpty();

            assertThat(hashOf(server, "user_1")).isEqualTo(OLD_HASH);
            assertThat(trailOnceWritten(server, "user_1")).containsExactly("login success");
            other.rollback();
        }
        try (GatehouseServer later = GatehouseServer.start(database)) {
            assertThat(new AdminApi(later).logIn("user_1:P@ssw0rd").refusal()).isEmpty();
            assertThat(hashOf(later, "user_1")).startsWith("{argon2}");
        }
    }

    @Test
    void logInWhenTheDatabaseIsReadOnlyThenIsLetInAndTheTrailHasOneSuccess() throws SQLException {
        Map<String, String> database = TestDatabase.POSTGRES.started();
        try (GatehouseServer server = GatehouseServer.start(database);
                Connection other = TestDatabase.connect(database)) {
            makeWithOldHash(server, "user_1");
            setReadOnly(server, other, true);

            assertThat(new AdminApi(server).logIn("user_1:P@ssw0rd").refusal()).isEmpty();

            assertThat(hashOf(server, "user_1")).isEqualTo(OLD_HASH);
            setReadOnly(server, other, false);
            assertThat(trailOnceWritten(server, "user_1")).containsExactly("login success");
        }
    }

    @ParameterizedTest
    @EnumSource
    void changeWhenSomebodyElseHoldsTheRowThenIsRefusedOnEveryFaceAndOthersGoOn(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();
        try (GatehouseServer server = GatehouseServer.start(database);
                Connection other = server.bean(DataSource.class).getConnection()) {
            new AdminApi(server).create(ROOT, "user_1", "P@ssw0rd");
            lock(other, "user_1");
            other.createStatement()
                    .execute("insert into users (name, password_hash, credential_version, created_at, updated_at)"
                            + " values ('user_2', 'x', 1, now(), now())");

            var api = new AdminApi(server);
            assertThat(Stream.of(
                            api.changePassword(ROOT, "user_1", "P@ssw0rd", "P@ssw0rd123"),
                            api.revokeRole(ROOT, "user_1", "admin"),
                            api.create(ROOT, "user_2", "P@ssw0rd"),
                            new RestV2(server).grantRole(ROOT, "user_1", "admin"),
                            new Grpc(server).grantRole(ROOT, "user_1", "admin")))
                    .allSatisfy(outcome -> assertThat(outcome.refusal()).contains(Problem.STORAGE_UNAVAILABLE));
            Http.Answer refused = Http.send(server, ROOT, "DELETE", "/api/v1/users/user_1", null);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("detail").asString()).isEqualTo(BUSY);
            assertThat(refused.response().headers().firstValue("Retry-After")).contains("1");
            assertThat(api.create(ROOT, "user_3", "P@ssw0rd").refusal()).isEmpty();
            other.rollback();
            assertThat(api.list("user_1:P@ssw0rd").refusal()).contains(Problem.PERMISSION_DENIED);
            assertThat(api.drop(ROOT, "user_1").refusal()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void importWhenSomebodyElseHoldsUsersThatItLeavesAloneThenDoesNotWait(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();
        try (GatehouseServer server = GatehouseServer.start(database);
                Connection other = server.bean(DataSource.class).getConnection()) {
            makeWithOldHash(server, "unchanged");
            makeWithOldHash(server, "kept");
            lock(other, "unchanged");
            lock(other, "kept");
            UserRecord unchanged = user("unchanged", OLD_HASH);
            UserRecord otherwise = user("kept", OLD_HASH, "admin");

            ImportResult result = server.bean(UserTransfer.class)
                    .importAll(
                            OPERATOR,
                            ExistingUsers.KEPT,
                            entries(unchanged, otherwise, user("new", OLD_HASH)),
                            (number, reason) -> {});

            assertThat(result).isEqualTo(new ImportResult(1, 0, 1, 1, 0));
            assertThatThrownBy(() -> server.bean(UserTransfer.class)
                            .importAll(
                                    OPERATOR,
                                    ExistingUsers.REPLACED,
                                    entries(otherwise, user("new_2", OLD_HASH)),
                                    (number, reason) -> {}))
                    .isInstanceOf(ProblemException.class)
                    .hasMessage(BUSY);
            assertThat(new AdminApi(server).list(ROOT).names()).containsExactly("kept", "new", "root", "unchanged");
        }
    }

    @ParameterizedTest
    @EnumSource
    void importWhenItStillReadsThenHoldsNobody(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();
        try (GatehouseServer server = GatehouseServer.start(database);
                Connection other = server.bean(DataSource.class).getConnection()) {
            makeWithOldHash(server, "a");
            Iterator<ImportEntry> entries = Stream.concat(
                            Stream.of(user("a", OLD_HASH, "admin"), user("b", OLD_HASH)),
                            Stream.iterate(0, i -> i + 1)
                                    .limit(1000)
                                    .map(i -> user("c_" + i, OLD_HASH))
                                    .peek(last -> {
                                        if (last.userName().equals("c_999")) {
                                            changeAtOnce(other);
                                        }
                                    }))
                    .map(user -> ImportEntry.of(1, user))
                    .iterator();

            ImportResult result = server.bean(UserTransfer.class)
                    .importAll(OPERATOR, ExistingUsers.REPLACED, entries, (number, reason) -> {});

            assertThat(result).isEqualTo(new ImportResult(1000, 2, 0, 0, 0));
            assertThat(new AdminApi(server).describe(ROOT, "a").names()).containsExactly("admin");
            assertThat(hashOf(server, "b")).isEqualTo(OLD_HASH);
        }
    }

    /** As another replica may while the import reads: changes one of its users, and creates another. */
    private static void changeAtOnce(Connection other) {
        try (var statement = other.createStatement()) {
            statement.execute("set lock_timeout = 1");
            statement.execute("update users set updated_at = now() where name = 'a'");
            statement.execute("insert into users (name, password_hash, credential_version, created_at, updated_at)"
                    + " values ('b', 'x', 1, now(), now())");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void restoreWhenSomebodyElseHoldsTheUserThenSaysAtOnceThatItExists(TestDatabase kind) throws SQLException {
        Map<String, String> database = kind.started();
        try (GatehouseServer server = GatehouseServer.start(database, "gatehouse.grpc.backup-rbac=true");
                Connection other = server.bean(DataSource.class).getConnection()) {
            makeWithOldHash(server, "user_1");
            lock(other, "user_1");

            String reason = new Grpc(server)
                    .stub(ROOT)
                    .restoreRBAC(RestoreRBACMetaRequest.newBuilder()
                            .setRBACMeta(RBACMeta.newBuilder()
                                    .addUsers(UserInfo.newBuilder()
                                            .setUser("user_1")
                                            .setPassword(OLD_HASH)))
                            .build())
                    .getReason();

            assertThat(reason).isEqualTo("failed to check if rbac restorable: user [user_1] already exists");
        }
    }

    private static Iterator<ImportEntry> entries(UserRecord... users) {
        return Stream.of(users).map(user -> ImportEntry.of(1, user)).iterator();
    }

    private static UserRecord user(String name, String hash, String... roles) {
        return new UserRecord(name, List.of(roles), new PasswordHash(hash), null, null);
    }

    private static void makeWithOldHash(GatehouseServer server, String name) {
        server.bean(JdbcTemplate.class)
                .update(
                        "insert into users (name, password_hash, credential_version, created_at, updated_at)"
                                + " values (?, ?, 1, now(), now())",
                        name,
                        OLD_HASH);
    }

    /** Until the connection is rolled back. */
    private static void lock(Connection other, String name) throws SQLException {
        other.setAutoCommit(false);
        try (var statement = other.prepareStatement("update users set updated_at = now() where name = ?")) {
            statement.setString(1, name);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    /** For all connections but this one, which are made anew. */
    private static void setReadOnly(GatehouseServer server, Connection other, boolean readOnly) throws SQLException {
        try (var statement = other.createStatement()) {
            statement.execute(
                    "alter database %s set default_transaction_read_only = %s".formatted(other.getCatalog(), readOnly));
        }
        server.bean(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
    }

    private static String hashOf(GatehouseServer server, String name) {
        return String.valueOf(server.bean(JdbcTemplate.class)
                .queryForObject("select password_hash from users where name = ?", String.class, name));
    }

    private static List<String> trailOnceWritten(GatehouseServer server, String name) {
        Await.until("the login is written down", () -> !trail(server, name).isEmpty());
        return trail(server, name);
    }

    private static List<String> trail(GatehouseServer server, String name) {
        return server.bean(JdbcTemplate.class)
                .queryForList(
                        "select concat(action, ' ', result) from audit_events where user_name = ? order by occurred_at, id",
                        String.class,
                        name);
    }
}
