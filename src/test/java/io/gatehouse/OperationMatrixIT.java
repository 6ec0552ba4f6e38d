package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
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

/** Who may do what, for every operation of both HTTP faces: an operation that is missing from the table fails the test. */
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
        NOT_FOUND
    }

    /**
     * An operation in one situation.
     *
     * @param operation the method and the mapped path
     * @param situation whom it is about
     * @param path with {@code {self}} for the caller's name and {@code {other}} for somebody else's
     */
    private record Row(
            String operation,
            String situation,
            String path,
            @Nullable String body,
            Map<Kind, Result> expected) {

        @Override
        public String toString() {
            return operation + " " + situation;
        }
    }

    @BeforeAll
    static void start() {
        server = GatehouseServer.start(TestDatabase.H2, "common.security.superUsers=matrix_super");
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

        Set<String> inTable = rows().map(Row::operation).collect(Collectors.toCollection(TreeSet::new));
        // Public or reached by nobody: the problem pages, a probe, the options of REST v2, its answer to unknown paths,
        // container errors
        inTable.addAll(List.of(
                "GET /problems/{name}",
                "GET /healthz",
                "OPTIONS /v2/vectordb/**",
                "ANY /v2/vectordb/**",
                "ANY /error"));
        assertThat(mapped).isEqualTo(inTable);
    }

    static Stream<Row> rows() {
        return Stream.concat(adminApi(), restV2());
    }

    private static Stream<Row> adminApi() {
        String users = "/api/v1/users";
        String newUser = "{\"userName\":\"{new}\",\"password\":\"P@ssw0rd\"}";
        String change = "{\"oldPassword\":\"{password}\",\"newPassword\":\"{password}\"}";
        String reset = "{\"newPassword\":\"{password}\"}";
        return Stream.of(
                row("GET /api/v1/me", "", "/api/v1/me", null, everybody()),
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

    private static Row row(
            String operation, String situation, String path, @Nullable String body, Map<Kind, Result> expected) {
        return new Row(operation, situation, path, body, expected);
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
        String other = "matrix_other" + NEXT.incrementAndGet();
        api.create("root:Milvus", other, PASSWORD);
        String self = switch (kind) {
            case ANONYMOUS, PLAIN -> "matrix_plain";
            case SUPERUSER -> "matrix_super";
            case ADMINISTRATOR -> "matrix_admin";
            case ROOT -> "root";
        };
        String password = kind == Kind.ROOT ? "Milvus" : PASSWORD;
        String target = (row.path() + row.body()).contains("{other}") ? PASSWORD : password;
        String token = kind == Kind.ANONYMOUS ? null : self + ":" + password;
        return result(Http.send(
                server,
                token,
                row.operation().substring(0, row.operation().indexOf(' ')),
                filled(row.path(), self, other, target),
                row.body() == null ? null : filled(row.body(), self, other, target)));
    }

    private static String filled(String template, String self, String other, String password) {
        return template.replace("{self}", self)
                .replace("{other}", other)
                .replace("{new}", "matrix_new" + NEXT.incrementAndGet())
                .replace("{password}", password);
    }

    private static Result result(Answer answer) {
        if (answer.status() == 401) {
            return Result.UNAUTHENTICATED;
        }
        if (answer.body().contains("permission denied") || answer.body().contains("permission deny")) {
            assertThat(answer.status()).isEqualTo(403);
            return Result.DENIED;
        }
        if (answer.body().contains("old password not correct")) {
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
