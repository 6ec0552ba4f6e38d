package io.gatehouse.milvus.grpc;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.grpc.GatehouseGrpcSettings;
import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.LargeReply;
import io.gatehouse.grpc.RefusedCall;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserRecord;
import io.gatehouse.user.UserRules;
import io.gatehouse.user.UserService;
import io.gatehouse.user.transfer.ExistingUsers;
import io.gatehouse.user.transfer.ImportEntry;
import io.gatehouse.user.transfer.ImportResult;
import io.gatehouse.user.transfer.UserTransfer;
import io.milvus.grpc.BackupRBACMetaRequest;
import io.milvus.grpc.BackupRBACMetaResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.RBACMeta;
import io.milvus.grpc.RestoreRBACMetaRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.Status;
import io.milvus.grpc.UserInfo;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * Users with their password hashes, out and in, as Milvus has it ({@code BackupRBAC} and {@code RestoreRBAC} in {@code
 * internal/metastore/kv/rootcoord/kv_catalog.go}, {@code CheckIfRBACRestorable} in {@code internal/rootcoord/meta_table.go}): root is not
 * among them, nor the roles that every server has; a password is its encoded hash; whoever is there already keeps all from being
 * restored.
 *
 * <p>Off by default: see {@code docs/adr/0014-moving-users.md}.
 */
@Component
class RbacRpcs implements RpcGroup {

    /** In a reply, about. */
    private static final int BYTES_OF_A_USER = 160;

    private final Operations operations;
    private final UserTransfer transfer;
    private final UserService users;
    private final boolean turnedOn;

    RbacRpcs(Operations operations, UserTransfer transfer, UserService users, GatehouseGrpcSettings settings) {
        this.operations = operations;
        this.transfer = transfer;
        this.users = users;
        this.turnedOn = settings.backupRbac();
    }

    @Override
    public List<Rpc<?, ?>> rpcs() {
        return List.of(
                Rpc.large(MilvusServiceGrpc.getBackupRBACMethod(), MilvusOperation.BACKUP_RBAC, this::backup),
                Rpc.of(MilvusServiceGrpc.getRestoreRBACMethod(), MilvusOperation.RESTORE_RBAC, this::restore));
    }

    private void backup(GrpcCall call, BackupRBACMetaRequest request, LargeReply reply) {
        operations.permit(call.caller(), Operation.of(Action.EXPORT_USERS, call.caller()));
        requireTurnedOn();
        reply.expect(users.count(call.caller()) * BYTES_OF_A_USER);
        reply.add(BackupRBACMetaResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .build());
        reply.addField(
                BackupRBACMetaResponse.RBAC_META_FIELD_NUMBER,
                parts -> transfer.exportAll(call.caller(), user -> {
                    if (!user.userName().equals(UserRules.ROOT)) {
                        parts.accept(RBACMeta.newBuilder().addUsers(info(user)).build());
                    }
                }));
    }

    private Status restore(GrpcCall call, RestoreRBACMetaRequest request) {
        operations.permit(call.caller(), Operation.of(Action.IMPORT_USER, call.caller()));
        requireTurnedOn();
        RBACMeta meta = request.getRBACMeta();
        requireUsersOnly(meta);
        List<String> refused = new ArrayList<>();
        Iterator<ImportEntry> entries = IntStream.range(0, meta.getUsersCount())
                .mapToObj(i -> ImportEntry.of(i + 1, record(meta.getUsers(i))))
                .iterator();
        ImportResult result =
                transfer.importAll(call.caller(), ExistingUsers.REFUSED_IN_ANY_CASE, entries, (number, reason) -> {
                    if (refused.isEmpty()) {
                        refused.add(sentence(meta.getUsers((int) number - 1), number, reason));
                    }
                });
        if (result.refused() > 0) {
            throw notRestorable(refused.get(0));
        }
        return ReplyStatus.success();
    }

    private void requireTurnedOn() {
        if (!turnedOn) {
            throw new RefusedCall(io.grpc.Status.UNIMPLEMENTED.withDescription(
                    "not allowed here: it carries password hashes, and gatehouse.grpc.backup-rbac is off"));
        }
    }

    private static UserInfo info(UserRecord user) {
        return UserInfo.newBuilder()
                .setUser(user.userName())
                // No Milvus can read those of others, and a Gatehouse reads both
                .setPassword(user.passwordHash().encodedForMilvus())
                .addAllRoles(user.roles().stream()
                        .map(role -> RoleEntity.newBuilder().setName(role).build())
                        .toList())
                .build();
    }

    private static UserRecord record(UserInfo user) {
        return new UserRecord(
                user.getUser(),
                user.getRolesList().stream().map(RoleEntity::getName).toList(),
                new PasswordHash(user.getPassword()),
                null,
                null);
    }

    /** What cannot be kept here must not seem to be restored. */
    private static void requireUsersOnly(RBACMeta meta) {
        if (meta.getRolesCount() > 0) {
            throw notRestorable("this is Gatehouse, which has no roles but admin and public");
        }
        if (meta.getPrivilegeGroupsCount() > 0) {
            throw notRestorable("this is Gatehouse, which has no privilege groups");
        }
        if (meta.getGrantsCount() > 0) {
            throw notRestorable("this is Gatehouse, which has no privileges to grant");
        }
    }

    private static String sentence(UserInfo user, long number, ProblemException reason) {
        if (reason.problem() == Problem.USER_ALREADY_EXISTS) {
            return "user [%s] already exists".formatted(user.getUser());
        }
        return "user %d: %s".formatted(number, reason.getMessage());
    }

    private static FailedReply notRestorable(String why) {
        return new FailedReply(MilvusError.unexpected("failed to check if rbac restorable: " + why));
    }
}
