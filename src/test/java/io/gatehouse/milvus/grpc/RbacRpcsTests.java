package io.gatehouse.milvus.grpc;

import static io.gatehouse.milvus.grpc.RbacMessages.user;
import static io.gatehouse.milvus.grpc.RbacMessages.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gatehouse.caller.Operations;
import io.gatehouse.grpc.GatehouseGrpcSettings;
import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserRecord;
import io.gatehouse.user.UserService;
import io.gatehouse.user.transfer.ExistingUsers;
import io.gatehouse.user.transfer.ImportEntry;
import io.gatehouse.user.transfer.ImportResult;
import io.gatehouse.user.transfer.RefusedEntry;
import io.gatehouse.user.transfer.UserTransfer;
import io.milvus.grpc.BackupRBACMetaRequest;
import io.milvus.grpc.BackupRBACMetaResponse;
import io.milvus.grpc.GrantEntity;
import io.milvus.grpc.PrivilegeGroupInfo;
import io.milvus.grpc.RBACMeta;
import io.milvus.grpc.RestoreRBACMetaRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RbacRpcsTests {

    private static final Status SUCCESS = Status.getDefaultInstance();
    private static final ImportResult ALL_CREATED = new ImportResult(2, 0, 0, 0, 0);
    private static final String OFF =
            "UNIMPLEMENTED: not allowed here: it carries password hashes, and gatehouse.grpc.backup-rbac is off";

    private final Operations operations = mock(Operations.class);
    private final UserTransfer transfer = mock(UserTransfer.class);
    private final GrpcPort port = TestRpcs.port(new RbacRpcs(
            operations,
            transfer,
            mock(UserService.class),
            new GatehouseGrpcSettings(256, Duration.ofSeconds(30), true)));

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void backupWhenTurnedOnThenHasAllUsersButRootAndMilvusHashesAsMilvusHasThem() {
        when(transfer.exportAll(any(), any())).thenAnswer(asked -> {
            Consumer<UserRecord> receiver = asked.getArgument(1);
            receiver.accept(userRecord("milvus_user", "{bcrypt}$2a$10$hash", "admin", "public"));
            receiver.accept(userRecord("own_user", "{argon2}$argon2id$hash"));
            receiver.accept(userRecord("root", "{argon2}$argon2id$hash"));
            return 3L;
        });

        BackupRBACMetaResponse reply = port.stub().backupRBAC(BackupRBACMetaRequest.getDefaultInstance());

        assertThat(reply.getStatus()).isEqualTo(SUCCESS);
        assertThat(reply.getRBACMeta())
                .isEqualTo(users(
                        user("milvus_user", "$2a$10$hash", "admin", "public"),
                        user("own_user", "{argon2}$argon2id$hash")));
    }

    @Test
    void backupWhenTheDatabaseFailsThenTheReplySaysSo() {
        when(transfer.exportAll(any(), any()))
                .thenThrow(new ProblemException(Problem.STORAGE_UNAVAILABLE, "the database does not answer"));

        assertThat(port.stub()
                        .backupRBAC(BackupRBACMetaRequest.getDefaultInstance())
                        .getStatus()
                        .getReason())
                .isEqualTo("the database does not answer: service unavailable");
    }

    @Test
    void callWhenTurnedOffThenTellsThoseWhoMayHowToTurnItOn() {
        try (var off = TestRpcs.port(new RbacRpcs(
                operations,
                transfer,
                mock(UserService.class),
                new GatehouseGrpcSettings(256, Duration.ofSeconds(30), false)))) {
            assertThatThrownBy(() -> off.stub().backupRBAC(BackupRBACMetaRequest.getDefaultInstance()))
                    .hasMessage(OFF);
            assertThatThrownBy(() -> off.stub().restoreRBAC(RestoreRBACMetaRequest.getDefaultInstance()))
                    .hasMessage(OFF);

            var denied = new ProblemException(Problem.PERMISSION_DENIED, "permission denied");
            doThrow(denied).when(operations).permit(any(), any());

            assertThatThrownBy(() -> off.stub().backupRBAC(BackupRBACMetaRequest.getDefaultInstance()))
                    .hasMessage("PERMISSION_DENIED: PrivilegeBackupRBAC: permission deny to root in the `default`"
                            + " database");
            assertThatThrownBy(() -> off.stub().restoreRBAC(RestoreRBACMetaRequest.getDefaultInstance()))
                    .hasMessage("PERMISSION_DENIED: PrivilegeRestoreRBAC: permission deny to root in the `default`"
                            + " database");
        }

        verify(transfer, never()).exportAll(any(), any());
        verify(transfer, never()).importAll(any(), any(), any(), any());
    }

    @Test
    void restoreWhenUsersComeThenTakesThemInTheirOrderUnlessAnyIsThere() {
        List<ImportEntry> taken = new ArrayList<>();
        when(transfer.importAll(any(), eq(ExistingUsers.REFUSED_IN_ANY_CASE), any(), any()))
                .thenAnswer(asked -> {
                    asked.<Iterator<ImportEntry>>getArgument(2).forEachRemaining(taken::add);
                    return ALL_CREATED;
                });

        Status status = restore(users(user("a", "$2a$10$hash", "public", "admin"), user("b", "{argon2}hash")));

        assertThat(status).isEqualTo(SUCCESS);
        assertThat(taken)
                .containsExactly(
                        ImportEntry.of(1, userRecord("a", "$2a$10$hash", "admin", "public")),
                        ImportEntry.of(2, userRecord("b", "{argon2}hash")));
    }

    @Test
    void restoreWhenAUserIsThereAlreadyThenNamesTheFirstOne() {
        refuse(
                new ProblemException(Problem.USER_ALREADY_EXISTS, "the user exists"),
                new ProblemException(Problem.INVALID_PASSWORD, "no hash"));

        Status status = restore(users(user("a", "hash"), user("b", "hash")));

        assertThat(status.getCode()).isEqualTo(65535);
        assertThat(status.getReason()).isEqualTo("failed to check if rbac restorable: user [a] already exists");
    }

    @Test
    void restoreWhenAUserCannotBeTakenThenSaysWhichAndWhy() {
        refuse(new ProblemException(Problem.INVALID_PASSWORD, "no hash").withRange("0 bytes"));

        assertThat(restore(users(user("a", "canary"))).getReason())
                .isEqualTo("failed to check if rbac restorable: user 1: no hash [0 bytes]");
    }

    static Stream<Arguments> whatCannotBeKept() {
        return Stream.of(
                Arguments.of(
                        RBACMeta.newBuilder().addRoles(RoleEntity.getDefaultInstance()),
                        "no roles but admin and public"),
                Arguments.of(
                        RBACMeta.newBuilder().addPrivilegeGroups(PrivilegeGroupInfo.getDefaultInstance()),
                        "no privilege groups"),
                Arguments.of(
                        RBACMeta.newBuilder().addGrants(GrantEntity.getDefaultInstance()), "no privileges to grant"));
    }

    @ParameterizedTest
    @MethodSource("whatCannotBeKept")
    void restoreWhenMoreThanUsersComeThenTakesNothing(RBACMeta.Builder more, String what) {
        Status status = restore(more.addUsers(user("a", "hash")).build());

        assertThat(status.getReason())
                .isEqualTo("failed to check if rbac restorable: this is Gatehouse, which has " + what);
        verify(transfer, never()).importAll(any(), any(), any(), any());
    }

    private void refuse(ProblemException... reasons) {
        when(transfer.importAll(any(), any(), any(), any())).thenAnswer(asked -> {
            RefusedEntry refused = asked.getArgument(3);
            for (int i = 0; i < reasons.length; i++) {
                refused.refused(i + 1, reasons[i]);
            }
            return new ImportResult(0, 0, 0, 0, reasons.length);
        });
    }

    private Status restore(RBACMeta meta) {
        return port.stub()
                .restoreRBAC(
                        RestoreRBACMetaRequest.newBuilder().setRBACMeta(meta).build());
    }

    private static UserRecord userRecord(String name, String hash, String... roles) {
        return new UserRecord(name, List.of(roles), new PasswordHash(hash), null, null);
    }
}
