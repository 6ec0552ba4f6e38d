package io.gatehouse.milvus.grpc;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.grpc.BadEncoding;
import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.LargeReply;
import io.gatehouse.grpc.StandardBase64;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.milvus.UnknownUser;
import io.gatehouse.password.Password;
import io.gatehouse.user.User;
import io.gatehouse.user.UserNamePolicy;
import io.gatehouse.user.UserPage;
import io.gatehouse.user.UserService;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.DeleteCredentialRequest;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.ListCredUsersResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectUserRequest;
import io.milvus.grpc.SelectUserResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpdateCredentialRequest;
import io.milvus.grpc.UserEntity;
import io.milvus.grpc.UserResult;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The RPCs about users. Passwords are base64 here. */
@Component
class CredentialRpcs implements RpcGroup {

    /** Enough to need one query for the users of most servers. */
    private static final int PAGE = 1000;

    /** In a reply, about. */
    static final int BYTES_OF_A_NAME = 24;

    private static final int BYTES_OF_A_USER = 48;

    private final Operations operations;
    private final UserNamePolicy namePolicy;
    private final UserService users;

    CredentialRpcs(Operations operations, UserNamePolicy namePolicy, UserService users) {
        this.operations = operations;
        this.namePolicy = namePolicy;
        this.users = users;
    }

    @Override
    public List<Rpc<?, ?>> rpcs() {
        return List.of(
                Rpc.of(MilvusServiceGrpc.getCreateCredentialMethod(), MilvusOperation.CREATE_USER, this::create),
                Rpc.of(MilvusServiceGrpc.getUpdateCredentialMethod(), MilvusOperation.UPDATE_PASSWORD, this::update),
                Rpc.of(MilvusServiceGrpc.getDeleteCredentialMethod(), MilvusOperation.DROP_USER, this::delete),
                Rpc.large(MilvusServiceGrpc.getListCredUsersMethod(), MilvusOperation.LIST_USERS, this::list),
                Rpc.large(MilvusServiceGrpc.getSelectUserMethod(), MilvusOperation.DESCRIBE_USER, this::select));
    }

    private Status create(GrpcCall call, CreateCredentialRequest request) {
        String userName = request.getUsername();
        Operation asked = Operation.of(Action.CREATE_USER, call.caller(), userName);
        // Milvus judges the name before the encoding
        operations.of(call.caller(), asked, () -> namePolicy.check(userName));
        Password password = decoded(call, asked, request.getPassword(), "decode password fail");
        users.create(call.caller(), userName, password);
        return ReplyStatus.success();
    }

    private Status update(GrpcCall call, UpdateCredentialRequest request) {
        String userName = request.getUsername();
        Operation asked = Operation.of(Action.CHANGE_PASSWORD, call.caller(), userName);
        Password oldPassword = decoded(call, asked, request.getOldPassword(), "decode old password failed");
        Password newPassword = decoded(call, asked, request.getNewPassword(), "decode password failed");
        UnknownUser.hasAnotherPassword(
                userName,
                call.caller().superUser(),
                () -> users.changePassword(call.caller(), userName, oldPassword, newPassword));
        return ReplyStatus.success();
    }

    private Status delete(GrpcCall call, DeleteCredentialRequest request) {
        String userName = request.getUsername();
        Runnable drop = () -> users.drop(call.caller(), userName);
        if (userName.isEmpty()) {
            // The one unknown user whose drop is an error
            drop.run();
        } else {
            UnknownUser.isFine(drop);
        }
        return ReplyStatus.success();
    }

    private void list(GrpcCall call, ListCredUsersRequest request, LargeReply reply) {
        reply.expect(users.count(call.caller()) * BYTES_OF_A_NAME);
        reply.add(ListCredUsersResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .build());
        users.names(call.caller())
                .forEach(name -> reply.add(
                        ListCredUsersResponse.newBuilder().addUsernames(name).build()));
    }

    private void select(GrpcCall call, SelectUserRequest request, LargeReply reply) {
        boolean withRoles = request.getIncludeRoleInfo();
        if (request.hasUser()) {
            String userName = request.getUser().getName();
            reply.add(results(
                    UnknownUser.hasNothing(() -> List.of(users.describe(call.caller(), userName))), withRoles));
            return;
        }
        reply.expect(users.count(call.caller()) * BYTES_OF_A_USER);
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            UserPage page = users.list(call.caller(), PAGE, after.get());
            reply.add(results(page.users(), withRoles));
            after = page.next();
        }
    }

    private static SelectUserResponse results(List<User> found, boolean withRoles) {
        return SelectUserResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .addAllResults(
                        found.stream().map(user -> result(user, withRoles)).toList())
                .build();
    }

    private static UserResult result(User user, boolean withRoles) {
        var result = UserResult.newBuilder().setUser(UserEntity.newBuilder().setName(user.userName()));
        if (withRoles) {
            user.roles().forEach(role -> result.addRoles(RoleEntity.newBuilder().setName(role)));
        }
        return result.build();
    }

    /** Decodes a password for a caller who may do what it asks for: nobody else is told what is wrong with it. */
    private Password decoded(GrpcCall call, Operation asked, String base64, String failure) {
        return operations.of(call.caller(), asked, () -> decoded(base64, failure));
    }

    private static Password decoded(String base64, String failure) {
        try {
            return StandardBase64.decode(base64)
                    .map(Password::of)
                    .orElseThrow(() -> new BadEncoding("the password is not UTF-8"));
        } catch (BadEncoding e) {
            throw new FailedReply(MilvusError.unexpected(failure + ": " + e.fault()));
        }
    }
}
