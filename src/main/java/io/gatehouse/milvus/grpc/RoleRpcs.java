package io.gatehouse.milvus.grpc;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.LargeReply;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.milvus.UnknownUser;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserService;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.OperateUserRoleRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.RoleResult;
import io.milvus.grpc.SelectRoleRequest;
import io.milvus.grpc.SelectRoleResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.UserEntity;
import java.util.List;
import org.springframework.stereotype.Component;

/** The RPCs about roles. */
@Component
class RoleRpcs implements RpcGroup {

    private final Operations operations;
    private final UserService users;

    RoleRpcs(Operations operations, UserService users) {
        this.operations = operations;
        this.users = users;
    }

    @Override
    public List<Rpc<?, ?>> rpcs() {
        return List.of(
                // Granting and revoking fail alike, but for an unknown user, from whom revoking never fails
                Rpc.of(MilvusServiceGrpc.getOperateUserRoleMethod(), MilvusOperation.GRANT_ROLE, this::operate),
                Rpc.large(MilvusServiceGrpc.getSelectRoleMethod(), MilvusOperation.LIST_ROLES, this::select));
    }

    private Status operate(GrpcCall call, OperateUserRoleRequest request) {
        String userName = request.getUsername();
        String roleName = request.getRoleName();
        switch (request.getType()) {
            case AddUserToRole -> users.grantRole(call.caller(), userName, roleName);
            case RemoveUserFromRole -> UnknownUser.isFine(() -> users.revokeRole(call.caller(), userName, roleName));
            case UNRECOGNIZED -> {
                operations.permit(call.caller(), Operation.of(Action.LIST_ROLES, call.caller()));
                throw new FailedReply(MilvusError.unexpected(
                        "invalid operate user role type, operate type: " + request.getTypeValue()));
            }
        }
        return ReplyStatus.success();
    }

    private void select(GrpcCall call, SelectRoleRequest request, LargeReply reply) {
        List<String> roles = request.hasRole() ? one(call, request.getRole().getName()) : users.roles(call.caller());
        if (request.getIncludeUserInfo()) {
            reply.expect(users.count(call.caller()) * CredentialRpcs.BYTES_OF_A_NAME);
        }
        reply.add(
                SelectRoleResponse.newBuilder().setStatus(ReplyStatus.success()).build());
        for (String role : roles) {
            var result = RoleResult.newBuilder().setRole(RoleEntity.newBuilder().setName(role));
            reply.addField(SelectRoleResponse.RESULTS_FIELD_NUMBER, parts -> {
                parts.accept(result.build());
                if (request.getIncludeUserInfo()) {
                    users.members(call.caller(), role).map(RoleRpcs::member).forEach(parts);
                }
            });
        }
    }

    private static RoleResult member(String userName) {
        return RoleResult.newBuilder()
                .addUsers(UserEntity.newBuilder().setName(userName))
                .build();
    }

    /** Milvus finds nothing where there is no such role. */
    private List<String> one(GrpcCall call, String roleName) {
        try {
            users.members(call.caller(), roleName);
            return List.of(roleName);
        } catch (ProblemException e) {
            if (e.problem() == Problem.ROLE_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }
}
