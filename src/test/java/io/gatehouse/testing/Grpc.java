package io.gatehouse.testing;

import io.gatehouse.problem.Problem;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.DeleteCredentialRequest;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.grpc.OperateUserRoleRequest;
import io.milvus.grpc.OperateUserRoleType;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectRoleRequest;
import io.milvus.grpc.SelectUserRequest;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpdateCredentialRequest;
import io.milvus.grpc.UserEntity;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Milvus' gRPC. */
public record Grpc(Gatehouse server) implements Face {

    public static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final int PATIENCE_SECONDS = 30;

    /** A stub for one call with this token, or with none. */
    public MilvusServiceBlockingStub stub(@Nullable String token) {
        return stub(metadata(token));
    }

    /** A stub for one call with this metadata. */
    public MilvusServiceBlockingStub stub(Metadata metadata) {
        return MilvusServiceGrpc.newBlockingStub(server.channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Calls a method by its name with bytes that need be no message, and returns the bytes of the reply.
     *
     * @param method as in {@code milvus.proto.milvus.MilvusService/Connect}
     * @throws StatusRuntimeException when the call ends with a status that is not OK
     */
    public byte[] call(String method, Metadata metadata, byte[] request) {
        return call(server.channel(), method, metadata, request);
    }

    /** Calls a method over a connection of the caller's own. */
    public static byte[] call(Channel channel, String method, Metadata metadata, byte[] request) {
        return ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
                MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(method)
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
                request);
    }

    /** What a client sends with this token, or with none. */
    public static Metadata metadata(@Nullable String token) {
        var metadata = new Metadata();
        if (token != null) {
            metadata.put(AUTHORIZATION, Http.base64(token));
        }
        return metadata;
    }

    @Override
    public String interfaceName() {
        return "grpc";
    }

    @Override
    public Outcome logIn(String token) {
        return outcome(
                token,
                stub -> stub.getVersion(GetVersionRequest.getDefaultInstance()).getStatus());
    }

    @Override
    public Outcome create(String token, String userName, String password) {
        return outcome(
                token,
                stub -> stub.createCredential(CreateCredentialRequest.newBuilder()
                        .setUsername(userName)
                        .setPassword(Http.base64(password))
                        .build()));
    }

    @Override
    public Outcome describe(String token, String userName) {
        return outcome(
                token,
                stub -> stub.selectUser(SelectUserRequest.newBuilder()
                        .setUser(UserEntity.newBuilder().setName(userName))
                        .setIncludeRoleInfo(true)
                        .build()),
                answer -> answer.getStatus(),
                answer -> answer.getResultsList().stream()
                        .flatMap(user -> user.getRolesList().stream())
                        .map(RoleEntity::getName)
                        .toList());
    }

    @Override
    public Outcome list(String token) {
        return outcome(
                token,
                stub -> stub.listCredUsers(ListCredUsersRequest.getDefaultInstance()),
                answer -> answer.getStatus(),
                answer -> List.copyOf(answer.getUsernamesList()));
    }

    @Override
    public Outcome changePassword(String token, String userName, @Nullable String oldPassword, String newPassword) {
        return outcome(
                token,
                stub -> stub.updateCredential(UpdateCredentialRequest.newBuilder()
                        .setUsername(userName)
                        .setOldPassword(oldPassword == null ? "" : Http.base64(oldPassword))
                        .setNewPassword(Http.base64(newPassword))
                        .build()));
    }

    @Override
    public Outcome drop(String token, String userName) {
        return outcome(
                token,
                stub -> stub.deleteCredential(DeleteCredentialRequest.newBuilder()
                        .setUsername(userName)
                        .build()));
    }

    @Override
    public Outcome grantRole(String token, String userName, String roleName) {
        return operate(token, userName, roleName, OperateUserRoleType.AddUserToRole);
    }

    @Override
    public Outcome revokeRole(String token, String userName, String roleName) {
        return operate(token, userName, roleName, OperateUserRoleType.RemoveUserFromRole);
    }

    @Override
    public Outcome listRoles(String token) {
        return outcome(
                token,
                stub -> stub.selectRole(SelectRoleRequest.getDefaultInstance()),
                answer -> answer.getStatus(),
                answer -> answer.getResultsList().stream()
                        .map(result -> result.getRole().getName())
                        .toList());
    }

    @Override
    public Optional<Problem> dropOfUnknownUser() {
        return Optional.empty();
    }

    private Outcome operate(String token, String userName, String roleName, OperateUserRoleType type) {
        return outcome(
                token,
                stub -> stub.operateUserRole(OperateUserRoleRequest.newBuilder()
                        .setUsername(userName)
                        .setRoleName(roleName)
                        .setType(type)
                        .build()));
    }

    private Outcome outcome(String token, Function<MilvusServiceBlockingStub, Status> call) {
        return outcome(token, call, status -> status, status -> List.of());
    }

    private <R> Outcome outcome(
            String token,
            Function<MilvusServiceBlockingStub, R> call,
            Function<R, Status> status,
            Function<R, List<String>> names) {
        R answer;
        try {
            answer = call.apply(stub(token));
        } catch (StatusRuntimeException e) {
            return Outcome.refused(problem(e.getStatus()));
        }
        return status.apply(answer).getCode() == 0
                ? Outcome.success(names.apply(answer))
                : Outcome.refused(problem(status.apply(answer)));
    }

    private static Problem problem(io.grpc.Status status) {
        return switch (status.getCode()) {
            case UNAUTHENTICATED -> Problem.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Problem.PERMISSION_DENIED;
            case UNAVAILABLE -> Problem.STORAGE_UNAVAILABLE;
            case RESOURCE_EXHAUSTED ->
                String.valueOf(status.getDescription()).startsWith("too many failed logins")
                        ? Problem.TOO_MANY_ATTEMPTS
                        : Problem.OVERLOADED;
            default -> throw new IllegalStateException(status.toString());
        };
    }

    private static Problem problem(Status status) {
        String reason = status.getReason();
        return switch (status.getCode()) {
            case 2 -> Problem.STORAGE_UNAVAILABLE;
            case 1100 -> reason.contains("password") ? Problem.INVALID_PASSWORD : Problem.INVALID_USER_NAME;
            case 1400 -> Problem.OLD_PASSWORD_MISMATCH;
            case 1401 -> reason.contains("root") ? Problem.ROOT_PROTECTED : Problem.SELF_DROP;
            case 65535 -> unexpected(reason);
            default -> throw new IllegalStateException(status.toString());
        };
    }

    private static Problem unexpected(String reason) {
        if (reason.startsWith("user already exists")) {
            return Problem.USER_ALREADY_EXISTS;
        }
        if (reason.contains("number of users")) {
            return Problem.USER_LIMIT_REACHED;
        }
        if (reason.contains("not found the role")) {
            return Problem.ROLE_NOT_FOUND;
        }
        return reason.contains("not found") ? Problem.USER_NOT_FOUND : Problem.INTERNAL_ERROR;
    }
}
