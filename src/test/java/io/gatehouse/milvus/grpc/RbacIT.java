package io.gatehouse.milvus.grpc;

import static io.gatehouse.milvus.grpc.RbacMessages.user;
import static io.gatehouse.milvus.grpc.RbacMessages.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.milvus.grpc.BackupRBACMetaRequest;
import io.milvus.grpc.BackupRBACMetaResponse;
import io.milvus.grpc.GrantEntity;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.PrivilegeGroupInfo;
import io.milvus.grpc.RBACMeta;
import io.milvus.grpc.RestoreRBACMetaRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.Status;
import io.milvus.grpc.UserInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** BackupRBAC and RestoreRBAC, which carry password hashes. */
class RbacIT {

    private static final String ON = "gatehouse.grpc.backup-rbac=true";
    private static final String ROOT = "root:Milvus";
    private static final String MILVUS_HASH = new BCryptPasswordEncoder(4).encode("P@ssw0rd");

    @ParameterizedTest
    @EnumSource
    void restoreWhenTheUsersAreMilvusOwnThenTheyLogInAndABackupHoldsThem(TestDatabase database)
            throws InvalidProtocolBufferException {
        RBACMeta backedUp;
        try (var server = GatehouseServer.start(database, ON)) {
            var grpc = new Grpc(server);
            assertThat(restore(grpc, users(user("milvus_user", MILVUS_HASH, "admin"), user("other", MILVUS_HASH))))
                    .isEqualTo(Status.getDefaultInstance());
            byte[] raw = grpc.call(
                    MilvusServiceGrpc.getBackupRBACMethod().getFullMethodName(), Grpc.metadata(ROOT), new byte[0]);
            // Of a message that stands there twice the Node client reads the last alone
            assertThat(UnknownFieldSet.parseFrom(raw)
                            .getField(BackupRBACMetaResponse.RBAC_META_FIELD_NUMBER)
                            .getLengthDelimitedList())
                    .hasSize(1);
            BackupRBACMetaResponse backup = BackupRBACMetaResponse.parseFrom(raw);
            assertThat(backup.getStatus()).isEqualTo(Status.getDefaultInstance());
            assertThat(backup.getRBACMeta())
                    .isEqualTo(users(user("milvus_user", MILVUS_HASH, "admin"), user("other", MILVUS_HASH)));
            assertThat(grpc.list("milvus_user:P@ssw0rd").names()).containsExactly("milvus_user", "other", "root");
            backedUp = backup(grpc).getRBACMeta();
            assertThat(backedUp.getUsers(0).getPassword()).startsWith("{argon2}$argon2id$");
            assertThat(backedUp.getUsers(1).getPassword()).isEqualTo(MILVUS_HASH);
            Await.until("the exports are written down", () -> trail(server).size() == 4);
            assertThat(trail(server))
                    .containsExactlyInAnyOrder(
                            "import-user root milvus_user success",
                            "import-user root other success",
                            "export-users root null success",
                            "export-users root null success");
        }
        try (var server = GatehouseServer.start(database, ON)) {
            var grpc = new Grpc(server);
            assertThat(restore(grpc, backedUp)).isEqualTo(Status.getDefaultInstance());
            assertThat(grpc.list("milvus_user:P@ssw0rd").names()).containsExactly("milvus_user", "other", "root");
            assertThat(grpc.logIn("other:P@ssw0rd").refusal()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("deprecation") // the field error_code
    void restoreWhenAnythingCannotBeKeptThenSaysWhatAndChangesNothing(TestDatabase database) {
        try (var server = GatehouseServer.start(database, ON)) {
            var grpc = new Grpc(server);
            new AdminApi(server).create(ROOT, "there", "P@ssw0rd");
            UserInfo good = user("good", MILVUS_HASH);
            Map<RBACMeta, String> refused = Map.ofEntries(
                    Map.entry(users(good, user("there", MILVUS_HASH)), "user [there] already exists"),
                    Map.entry(users(good, backup(grpc).getRBACMeta().getUsers(0)), "user [there] already exists"),
                    Map.entry(users(good, user("root", MILVUS_HASH)), "user [root] already exists"),
                    Map.entry(users(good, good), "user 2: the user was there before"),
                    Map.entry(
                            users(good, user("role", MILVUS_HASH, "canary")), "user 2: one of the roles is not there"),
                    Map.entry(
                            users(good, user("no hash", "canary")),
                            "user 2: the user name must have 1 to 32 characters, begin with a letter, and have only"
                                    + " letters, digits and underscores"),
                    Map.entry(
                            users(good, user("no_hash", "canary")),
                            "user 2: the password hash is of no kind that is read here: {argon2}, {bcrypt}, or bcrypt as"
                                    + " Milvus has it"),
                    Map.entry(
                            users(good, user("dear", MILVUS_HASH.replace("$04$", "$31$"))),
                            "user 2: the password hash has a cost of bcrypt that is not from 4 to 12"),
                    Map.entry(
                            users(good).toBuilder()
                                    .addRoles(RoleEntity.newBuilder().setName("canary"))
                                    .build(),
                            "this is Gatehouse, which has no roles but admin and public"),
                    Map.entry(
                            users(good).toBuilder()
                                    .addGrants(GrantEntity.getDefaultInstance())
                                    .build(),
                            "this is Gatehouse, which has no privileges to grant"),
                    Map.entry(
                            users(good).toBuilder()
                                    .addPrivilegeGroups(PrivilegeGroupInfo.getDefaultInstance())
                                    .build(),
                            "this is Gatehouse, which has no privilege groups"));

            refused.forEach((meta, why) -> {
                Status status = restore(grpc, meta);
                assertThat(status.getReason()).isEqualTo("failed to check if rbac restorable: " + why);
                assertThat(status.getCode()).isEqualTo(65535);
                assertThat(status.getErrorCodeValue()).isEqualTo(1);
            });
            assertThat(restore(grpc, RBACMeta.getDefaultInstance())).isEqualTo(Status.getDefaultInstance());

            assertThat(grpc.list(ROOT).names()).containsExactly("root", "there");
            assertThat(grpc.logIn("there:P@ssw0rd").refusal()).isEmpty();
        }
    }

    @Test
    void callWhenNobodyTurnedItOnThenTellsAdministratorsHow() {
        var server = GatehouseServer.shared(TestDatabase.H2);
        var grpc = new Grpc(server);
        new AdminApi(server).create(ROOT, "rbac_plain", "P@ssw0rd");

        assertThatThrownBy(() -> backup(grpc))
                .hasMessage(
                        "UNIMPLEMENTED: not allowed here: it carries password hashes, and gatehouse.grpc.backup-rbac is"
                                + " off");
        assertThatThrownBy(() -> restore(grpc, users(user("rbac_new", MILVUS_HASH))))
                .hasMessage(
                        "UNIMPLEMENTED: not allowed here: it carries password hashes, and gatehouse.grpc.backup-rbac is"
                                + " off");
        assertThatThrownBy(
                        () -> grpc.stub("rbac_plain:P@ssw0rd").backupRBAC(BackupRBACMetaRequest.getDefaultInstance()))
                .hasMessage(
                        "PERMISSION_DENIED: PrivilegeBackupRBAC: permission deny to rbac_plain in the `default` database");
        assertThatThrownBy(() -> grpc.stub("rbac_plain:P@ssw0rd")
                        .restoreRBAC(RestoreRBACMetaRequest.newBuilder()
                                .setRBACMeta(RBACMeta.newBuilder().addRoles(RoleEntity.getDefaultInstance()))
                                .build()))
                .hasMessage(
                        "PERMISSION_DENIED: PrivilegeRestoreRBAC: permission deny to rbac_plain in the `default` database");
        assertThat(grpc.list(ROOT).names()).doesNotContain("rbac_new");
    }

    private static List<String> trail(GatehouseServer server) {
        return server.bean(JdbcTemplate.class)
                .query(
                        "select concat(action, ' ', user_name, ' ', coalesce(target, 'null'), ' ', result) from audit_events"
                                + " where action in ('import-user', 'export-users')",
                        (row, number) -> row.getString(1));
    }

    private static BackupRBACMetaResponse backup(Grpc grpc) {
        return grpc.stub(ROOT).backupRBAC(BackupRBACMetaRequest.getDefaultInstance());
    }

    private static Status restore(Grpc grpc, RBACMeta meta) {
        return grpc.stub(ROOT)
                .restoreRBAC(
                        RestoreRBACMetaRequest.newBuilder().setRBACMeta(meta).build());
    }
}
