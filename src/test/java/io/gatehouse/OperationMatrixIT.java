package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.BackupRBACMetaRequest;
import io.milvus.grpc.CheckHealthRequest;
import io.milvus.grpc.ConnectRequest;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.DeleteCredentialRequest;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeDatabaseRequest;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.ListDatabasesRequest;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.grpc.OperateUserRoleRequest;
import io.milvus.grpc.OperateUserRoleType;
import io.milvus.grpc.RBACMeta;
import io.milvus.grpc.RestoreRBACMetaRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectRoleRequest;
import io.milvus.grpc.SelectUserRequest;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpdateCredentialRequest;
import io.milvus.grpc.UserEntity;
import io.milvus.grpc.UserInfo;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Who may do what, for every operation of every face: an operation that is missing from the table fails the test. */
class OperationMatrixIT {

    private static final String PASSWORD = "P@ssw0rd";
    private static final AtomicInteger NEXT = new AtomicInteger();

    private static GatehouseServer server;
    private static AdminApi api;

    private enum Kind {
        ANONYMOUS,
        PLAIN,
        SUPERUSER,
        ADMINISTRATOR,
        ROOT
    }

    /** What an answer comes to; each face has its own signs for it. */
    private enum Result {
        ALLOWED,
        UNAUTHENTICATED,
        DENIED,
        OLD_PASSWORD,
        SELF_DROP,
        ROOT_PROTECTED,
        NOT_FOUND,
        NOT_IMPLEMENTED
    }

    /**
     * An operation in one situation.
     *
     * @param operation the method and the mapped path, or the RPC
     * @param situation whom it is about
     */
    private record Row(String operation, String situation, Call call, Map<Kind, Result> expected) {

        @Override
        public String toString() {
            return operation + " " + situation;
        }
    }

    /** Makes a call and says what it came to. */
    private interface Call {
        Result make(Names names);
    }

    /** Makes a call over gRPC. */
    private interface GrpcCall {
        Status make(MilvusServiceBlockingStub stub, Names names);
    }

    /**
     * Who takes part in a call.
     *
     * @param token the caller's; null when it has none
     * @param self the caller's name
     * @param password the caller's
     */
    private record Names(@Nullable String token, String self, String password) {

        /** A new user whose password is {@link #PASSWORD}. */
        String other() {
            String other = "matrix_other" + NEXT.incrementAndGet();
            api.create("root:Milvus", other, PASSWORD);
            return other;
        }

        String unused() {
            return "matrix_new" + NEXT.incrementAndGet();
        }
    }

    @BeforeAll
    static void start() {
        server = GatehouseServer.start(
                TestDatabase.H2, "common.security.superUsers=matrix_super", "gatehouse.grpc.backup-rbac=true");
        api = new AdminApi(server);
        api.create("root:Milvus", "matrix_super", PASSWORD);
        api.create("root:Milvus", "matrix_plain", PASSWORD);
        api.create("root:Milvus", "matrix_admin", PASSWORD);
        api.grantRole("root:Milvus", "matrix_admin", "admin");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void callWhenMadeByEachKindOfCallerThenEndsAsTheTableSays(Row row) {
        Map<Kind, Result> results = new EnumMap<>(Kind.class);

        for (Kind kind : Kind.values()) {
            results.put(kind, call(row, kind));
        }

        assertThat(results).isEqualTo(row.expected());
    }

    @Test
    void tableWhenComparedWithTheMappedPathsThenHasAllOfThem() {
        RequestMappingHandlerMapping mapping = server.bean(RequestMappingHandlerMapping.class);

        Set<String> mapped = mapping.getHandlerMethods().entrySet().stream()
                .filter(entry -> entry.getValue().getBeanType().getName().startsWith("io.gatehouse."))
                .flatMap(entry -> operations(entry.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> inTable =
                Stream.concat(adminApi(), restV2()).map(Row::operation).collect(Collectors.toCollection(TreeSet::new));
        // Public or reached by nobody: the way to Swagger UI, the problem pages, a probe, the options of REST v2, its
        // answer to unknown paths,
        // container errors
        inTable.addAll(List.of(
                "GET /",
                "GET /problems/{name}",
                "GET /healthz",
                "OPTIONS /v2/vectordb/**",
                "ANY /v2/vectordb/**",
                "ANY /error"));
        assertThat(mapped).isEqualTo(inTable);
    }

    @Test
    void tableWhenComparedWithTheRpcsThenHasAllOfThem() {
        Set<String> answered = server.beans(BindableService.class).stream()
                .flatMap(service -> service.bindService().getMethods().stream())
                .map(method -> method.getMethodDescriptor().getFullMethodName())
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> inTable = grpc().map(Row::operation).collect(Collectors.toCollection(TreeSet::new));
        // Open to everybody: probes have no token, and Envoy asks about that of others
        inTable.addAll(List.of(
                "grpc.health.v1.Health/Check",
                "grpc.health.v1.Health/Watch",
                "envoy.service.auth.v3.Authorization/Check"));
        assertThat(answered).isEqualTo(inTable);
    }

    static Stream<Row> rows() {
        return Stream.of(adminApi(), restV2(), grpc(), otherRpcs()).flatMap(rows -> rows);
    }

    private static Stream<Row> adminApi() {
        String users = "/api/v1/users";
        String newUser = "{\"userName\":\"{new}\",\"password\":\"P@ssw0rd\"}";
        String change = "{\"oldPassword\":\"{password}\",\"newPassword\":\"{password}\"}";
        String reset = "{\"newPassword\":\"{password}\"}";
        return Stream.of(
                row("GET /api/v1/me", "", "/api/v1/me", null, everybody()),
                row("ANY /api/v1/verify/**", "", "/api/v1/verify", null, everybody()),
                row("ANY /api/v1/verify/**", "longer", "/api/v1/verify/v2/vectordb/users/drop", null, everybody()),
                row("OPTIONS /api/v1/verify/**", "", "/api/v1/verify", null, everybody()),
                row("GET /api/v1/audit-events", "", "/api/v1/audit-events", null, administrators()),
                row("GET /api/v1/roles", "", "/api/v1/roles", null, administrators()),
                row("GET /api/v1/users", "", users, null, administrators()),
                row("POST /api/v1/users", "", users, newUser, administrators()),
                row("GET /api/v1/users/{userName}", "self", users + "/{self}", null, everybody()),
                row("GET /api/v1/users/{userName}", "other", users + "/{other}", null, administrators()),
                row(
                        "GET /api/v1/users/{userName}",
                        "nobody",
                        users + "/nobody",
                        null,
                        administrators(Result.NOT_FOUND, Result.NOT_FOUND)),
                row("PUT /api/v1/users/{userName}/password", "self", users + "/{self}/password", change, everybody()),
                row(
                        "PUT /api/v1/users/{userName}/password",
                        "self, no old password",
                        users + "/{self}/password",
                        reset,
                        of(Result.OLD_PASSWORD, Result.ALLOWED, Result.OLD_PASSWORD, Result.OLD_PASSWORD)),
                row(
                        "PUT /api/v1/users/{userName}/password",
                        "other",
                        users + "/{other}/password",
                        change,
                        administrators()),
                row(
                        "PUT /api/v1/users/{userName}/password",
                        "other, no old password",
                        users + "/{other}/password",
                        reset,
                        administrators(Result.OLD_PASSWORD, Result.OLD_PASSWORD)),
                row("DELETE /api/v1/users/{userName}", "other", users + "/{other}", null, administrators()),
                row(
                        "DELETE /api/v1/users/{userName}",
                        "self",
                        users + "/{self}",
                        null,
                        administrators(Result.SELF_DROP, Result.ROOT_PROTECTED)),
                row(
                        "DELETE /api/v1/users/{userName}",
                        "root",
                        users + "/root",
                        null,
                        administrators(Result.ROOT_PROTECTED, Result.ROOT_PROTECTED)),
                row(
                        "PUT /api/v1/users/{userName}/roles/{roleName}",
                        "other",
                        users + "/{other}/roles/admin",
                        null,
                        administrators()),
                row(
                        "PUT /api/v1/users/{userName}/roles/{roleName}",
                        "self",
                        users + "/{self}/roles/public",
                        null,
                        administrators()),
                row(
                        "DELETE /api/v1/users/{userName}/roles/{roleName}",
                        "other",
                        users + "/{other}/roles/admin",
                        null,
                        administrators()));
    }

    private static Stream<Row> restV2() {
        String self = "{\"userName\":\"{self}\"}";
        String other = "{\"userName\":\"{other}\"}";
        String newUser = "{\"userName\":\"{new}\",\"password\":\"P@ssw0rd\"}";
        String changeSelf = "{\"userName\":\"{self}\",\"password\":\"{password}\",\"newPassword\":\"{password}\"}";
        String changeOther = "{\"userName\":\"{other}\",\"password\":\"{password}\",\"newPassword\":\"{password}\"}";
        String role = "{\"userName\":\"{other}\",\"roleName\":\"admin\"}";
        return Stream.of(
                rest("collections/list", "", "{}", everybody()),
                rest("users/list", "", "{}", administrators()),
                rest("users/describe", "self", self, everybody()),
                rest("users/describe", "other", other, administrators()),
                rest("users/create", "", newUser, administrators()),
                rest("users/update_password", "self", changeSelf, everybody()),
                rest("users/update_password", "other", changeOther, administrators()),
                rest("users/drop", "other", other, administrators()),
                rest("users/drop", "self", self, administrators(Result.SELF_DROP, Result.ROOT_PROTECTED)),
                rest(
                        "users/drop",
                        "root",
                        "{\"userName\":\"root\"}",
                        administrators(Result.ROOT_PROTECTED, Result.ROOT_PROTECTED)),
                rest("users/grant_role", "other", role, administrators()),
                rest("users/revoke_role", "other", role, administrators()),
                rest("roles/list", "", "{}", administrators()),
                rest("roles/describe", "", "{\"roleName\":\"admin\"}", administrators()));
    }

    private static Stream<Row> grpc() {
        return Stream.of(
                rpc(
                        "Connect",
                        "",
                        everybody(),
                        (stub, names) -> stub.connect(ConnectRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "GetVersion",
                        "",
                        everybody(),
                        (stub, names) -> stub.getVersion(GetVersionRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "CheckHealth",
                        "",
                        everybody(),
                        (stub, names) -> stub.checkHealth(CheckHealthRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "ListDatabases",
                        "",
                        everybody(),
                        (stub, names) -> stub.listDatabases(ListDatabasesRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "DescribeDatabase",
                        "",
                        everybody(),
                        (stub, names) -> stub.describeDatabase(DescribeDatabaseRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "ShowCollections",
                        "",
                        everybody(),
                        (stub, names) -> stub.showCollections(ShowCollectionsRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "HasCollection",
                        "",
                        everybody(),
                        (stub, names) -> stub.hasCollection(HasCollectionRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "DescribeCollection",
                        "",
                        of(Result.NOT_FOUND, Result.NOT_FOUND, Result.NOT_FOUND, Result.NOT_FOUND),
                        (stub, names) -> stub.describeCollection(DescribeCollectionRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "ListCredUsers",
                        "",
                        administrators(),
                        (stub, names) -> stub.listCredUsers(ListCredUsersRequest.getDefaultInstance())
                                .getStatus()),
                rpc("CreateCredential", "", administrators(), (stub, names) -> create(stub, names.unused())),
                rpc(
                        "UpdateCredential",
                        "self",
                        everybody(),
                        (stub, names) -> update(stub, names.self(), names.password(), names.password())),
                rpc(
                        "UpdateCredential",
                        "self, no old password",
                        of(Result.OLD_PASSWORD, Result.ALLOWED, Result.OLD_PASSWORD, Result.OLD_PASSWORD),
                        (stub, names) -> update(stub, names.self(), "", names.password())),
                rpc(
                        "UpdateCredential",
                        "other",
                        administrators(),
                        (stub, names) -> update(stub, names.other(), PASSWORD, PASSWORD)),
                rpc(
                        "UpdateCredential",
                        "other, no old password",
                        administrators(Result.OLD_PASSWORD, Result.OLD_PASSWORD),
                        (stub, names) -> update(stub, names.other(), "", PASSWORD)),
                rpc("DeleteCredential", "other", administrators(), (stub, names) -> delete(stub, names.other())),
                rpc(
                        "DeleteCredential",
                        "self",
                        administrators(Result.SELF_DROP, Result.ROOT_PROTECTED),
                        (stub, names) -> delete(stub, names.self())),
                rpc(
                        "DeleteCredential",
                        "root",
                        administrators(Result.ROOT_PROTECTED, Result.ROOT_PROTECTED),
                        (stub, names) -> delete(stub, "root")),
                rpc("SelectUser", "self", everybody(), (stub, names) -> select(stub, names.self())),
                rpc("SelectUser", "other", administrators(), (stub, names) -> select(stub, names.other())),
                rpc(
                        "SelectUser",
                        "all",
                        administrators(),
                        (stub, names) -> stub.selectUser(SelectUserRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "SelectRole",
                        "all",
                        administrators(),
                        (stub, names) -> stub.selectRole(SelectRoleRequest.getDefaultInstance())
                                .getStatus()),
                rpc(
                        "SelectRole",
                        "one",
                        administrators(),
                        (stub, names) -> stub.selectRole(SelectRoleRequest.newBuilder()
                                        .setRole(RoleEntity.newBuilder().setName("admin"))
                                        .build())
                                .getStatus()),
                rpc(
                        "OperateUserRole",
                        "grant",
                        administrators(),
                        (stub, names) -> operate(stub, names.other(), "admin", OperateUserRoleType.AddUserToRole)),
                rpc(
                        "OperateUserRole",
                        "grant to oneself",
                        administrators(),
                        (stub, names) -> operate(stub, names.self(), "public", OperateUserRoleType.AddUserToRole)),
                rpc(
                        "OperateUserRole",
                        "revoke",
                        administrators(),
                        (stub, names) -> operate(stub, names.other(), "admin", OperateUserRoleType.RemoveUserFromRole)),
                rpc(
                        "BackupRBAC",
                        "",
                        administrators(),
                        (stub, names) -> stub.backupRBAC(BackupRBACMetaRequest.getDefaultInstance())
                                .getStatus()),
                rpc("RestoreRBAC", "", administrators(), (stub, names) -> restore(stub, names.unused())));
    }

    /** The RPCs of Milvus' protos that Gatehouse does not have. */
    private static Stream<Row> otherRpcs() {
        Set<String> answered = grpc().map(Row::operation).collect(Collectors.toSet());
        Map<Kind, Result> notImplemented =
                of(Result.NOT_IMPLEMENTED, Result.NOT_IMPLEMENTED, Result.NOT_IMPLEMENTED, Result.NOT_IMPLEMENTED);
        return MilvusServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getFullMethodName)
                .filter(method -> !answered.contains(method))
                .map(method -> new Row(
                        method,
                        "",
                        names -> result(() -> {
                            new Grpc(server).call(method, Grpc.metadata(names.token()), new byte[0]);
                            return Status.getDefaultInstance();
                        }),
                        notImplemented));
    }

    private static Row rpc(String method, String situation, Map<Kind, Result> expected, GrpcCall call) {
        return new Row(
                MilvusServiceGrpc.SERVICE_NAME + "/" + method,
                situation,
                names -> result(() -> call.make(new Grpc(server).stub(names.token()), names)),
                expected);
    }

    private static Status create(MilvusServiceBlockingStub stub, String userName) {
        return stub.createCredential(CreateCredentialRequest.newBuilder()
                .setUsername(userName)
                .setPassword(Http.base64(PASSWORD))
                .build());
    }

    private static Status update(
            MilvusServiceBlockingStub stub, String userName, String oldPassword, String newPassword) {
        return stub.updateCredential(UpdateCredentialRequest.newBuilder()
                .setUsername(userName)
                .setOldPassword(Http.base64(oldPassword))
                .setNewPassword(Http.base64(newPassword))
                .build());
    }

    private static Status restore(MilvusServiceBlockingStub stub, String userName) {
        String hash = "$2a$04$" + "a".repeat(53);
        return stub.restoreRBAC(RestoreRBACMetaRequest.newBuilder()
                .setRBACMeta(RBACMeta.newBuilder()
                        .addUsers(UserInfo.newBuilder().setUser(userName).setPassword(hash)))
                .build());
    }

    private static Status delete(MilvusServiceBlockingStub stub, String userName) {
        return stub.deleteCredential(
                DeleteCredentialRequest.newBuilder().setUsername(userName).build());
    }

    private static Status select(MilvusServiceBlockingStub stub, String userName) {
        return stub.selectUser(SelectUserRequest.newBuilder()
                        .setUser(UserEntity.newBuilder().setName(userName))
                        .build())
                .getStatus();
    }

    private static Status operate(
            MilvusServiceBlockingStub stub, String userName, String roleName, OperateUserRoleType type) {
        return stub.operateUserRole(OperateUserRoleRequest.newBuilder()
                .setUsername(userName)
                .setRoleName(roleName)
                .setType(type)
                .build());
    }

    private static Row row(
            String operation, String situation, String path, @Nullable String body, Map<Kind, Result> expected) {
        return new Row(operation, situation, names -> send(operation, path, body, names), expected);
    }

    private static Row rest(String path, String situation, String body, Map<Kind, Result> expected) {
        return row("POST /v2/vectordb/" + path, situation, "/v2/vectordb/" + path, body, expected);
    }

    private static Map<Kind, Result> everybody() {
        return of(Result.ALLOWED, Result.ALLOWED, Result.ALLOWED, Result.ALLOWED);
    }

    private static Map<Kind, Result> administrators() {
        return administrators(Result.ALLOWED, Result.ALLOWED);
    }

    private static Map<Kind, Result> administrators(Result administrator, Result root) {
        return of(Result.DENIED, Result.DENIED, administrator, root);
    }

    private static Map<Kind, Result> of(Result plain, Result superUser, Result administrator, Result root) {
        return new EnumMap<>(Map.of(
                Kind.ANONYMOUS, Result.UNAUTHENTICATED,
                Kind.PLAIN, plain,
                Kind.SUPERUSER, superUser,
                Kind.ADMINISTRATOR, administrator,
                Kind.ROOT, root));
    }

    private static Result call(Row row, Kind kind) {
        String self = switch (kind) {
            case ANONYMOUS, PLAIN -> "matrix_plain";
            case SUPERUSER -> "matrix_super";
            case ADMINISTRATOR -> "matrix_admin";
            case ROOT -> "root";
        };
        String password = kind == Kind.ROOT ? "Milvus" : PASSWORD;
        String token = kind == Kind.ANONYMOUS ? null : self + ":" + password;
        return row.call().make(new Names(token, self, password));
    }

    /**
     * Calls an HTTP face.
     *
     * @param path with {@code {self}} for the caller's name and {@code {other}} for somebody else's, as in the body
     */
    private static Result send(String operation, String path, @Nullable String body, Names names) {
        boolean aboutOther = (path + body).contains("{other}");
        String other = aboutOther ? names.other() : "";
        String method = operation.substring(0, operation.indexOf(' '));
        return result(Http.send(
                server,
                names.token(),
                method,
                filled(path, names, other),
                body == null ? null : filled(body, names, other)));
    }

    private static String filled(String template, Names names, String other) {
        return template.replace("{self}", names.self())
                .replace("{other}", other)
                .replace("{new}", names.unused())
                .replace("{password}", other.isEmpty() ? names.password() : PASSWORD);
    }

    private static Result result(Supplier<Status> call) {
        Status status;
        try {
            status = call.get();
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case UNAUTHENTICATED -> Result.UNAUTHENTICATED;
                case PERMISSION_DENIED -> Result.DENIED;
                case UNIMPLEMENTED -> Result.NOT_IMPLEMENTED;
                default -> throw e;
            };
        }
        return switch (status.getCode()) {
            case 0 -> Result.ALLOWED;
            case 100 -> Result.NOT_FOUND;
            case 1400 -> Result.OLD_PASSWORD;
            case 1401 -> status.getReason().startsWith("root") ? Result.ROOT_PROTECTED : Result.SELF_DROP;
            default -> throw new AssertionError(status.toString());
        };
    }

    private static Result result(Answer answer) {
        if (answer.status() == 401) {
            return Result.UNAUTHENTICATED;
        }
        if (answer.body().contains("permission denied") || answer.body().contains("permission deny")) {
            assertThat(answer.status()).isEqualTo(403);
            return Result.DENIED;
        }
        if (answer.body().contains("old password not correct") || answer.body().contains("is needed; only users")) {
            return Result.OLD_PASSWORD;
        }
        if (answer.body().contains("user cannot drop itself")) {
            return Result.SELF_DROP;
        }
        if (answer.body().contains("root user cannot be deleted")) {
            return Result.ROOT_PROTECTED;
        }
        if (answer.status() == 404) {
            return Result.NOT_FOUND;
        }
        assertThat(answer.status()).isBetween(200, 204);
        assertThat(answer.body()).doesNotContain("\"message\"");
        return Result.ALLOWED;
    }

    private static Stream<String> operations(RequestMappingInfo info) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        return info.getPatternValues().stream()
                .flatMap(path -> methods.isEmpty()
                        ? Stream.of("ANY " + path)
                        : Arrays.stream(methods.toArray(RequestMethod[]::new)).map(method -> method + " " + path));
    }
}
