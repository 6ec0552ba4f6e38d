package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.authentication.VerifiedDigests;
import io.gatehouse.testing.Canary;
import io.gatehouse.testing.DatabaseContents;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.UpdateCredentialRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperty;

/** Marked passwords go through every operation, right and wrong, with logs at TRACE; then nothing holds any of them. */
class CanaryIT {

    private static final String NUMBER = "31415926535897";

    /** Part of every password here; and whole passwords and tokens, for their digests. */
    private static final Canary CANARY = Canary.of(
            "canary", NUMBER, "canary-root", "root:canary-root", "canary-first", "user_1:canary-first", "canary-fifth");

    private static final List<String> ADMINISTRATION = List.of(
            "/actuator",
            "/actuator/health",
            "/actuator/info",
            "/actuator/prometheus",
            "/actuator/sbom",
            "/actuator/env",
            "/actuator/configprops",
            "/actuator/beans",
            "/actuator/mappings",
            "/actuator/conditions",
            "/actuator/loggers",
            "/actuator/metrics",
            "/actuator/threaddump",
            "/actuator/heapdump",
            "/actuator/logfile",
            "/actuator/httpexchanges",
            "/actuator/auditevents",
            "/actuator/flyway",
            "/actuator/caches",
            "/actuator/scheduledtasks",
            "/api/v1/audit-events?limit=1000",
            "/healthz",
            "/livez",
            "/readyz");
    private static final Pattern HASH = Pattern.compile("argon2id\\$v=|\\$2a\\$");

    /**
     * Spring Boot keeps the logging of the first server of this JVM for all later ones, whose output tests read; this one's log is
     * to begin even where another server still runs.
     */
    @BeforeEach
    @AfterEach
    void forgetLogging() {
        LoggingSystem.get(getClass().getClassLoader()).cleanUp();
        for (LoggingSystemProperty property : LoggingSystemProperty.values()) {
            System.clearProperty(property.getEnvironmentVariableName());
        }
    }

    @ParameterizedTest
    @EnumSource
    void passwordsWhenUsedEverywhereThenAreFoundNowhere(TestDatabase kind, @TempDir Path directory) throws Exception {
        Path log = directory.resolve("trace.log");
        Map<String, String> database = kind.fresh();
        List<String> answers = new ArrayList<>();
        List<String> rows;
        List<String> digests;

        try (GatehouseServer server = GatehouseServer.start(
                database,
                "common.security.defaultRootPassword=canary-root",
                "logging.level.root=TRACE",
                "logging.threshold.console=OFF",
                // Else the beginning would be rolled away
                "logging.logback.rollingpolicy.max-file-size=1GB",
                "logging.file.name=" + log)) {
            useEveryOperation(server, answers);
            useEveryRpc(new Grpc(server), answers);
            useEveryForm(server, answers);
            answers.add(Http.send(server, null, "GET", "/v3/api-docs", null).body());
            askTheAdministration(server, answers);
            digests = List.of(
                    VerifiedDigests.of(server, "root", "canary-root"),
                    VerifiedDigests.of(server, "user_1", "canary-first"));
            try (Connection connection = server.bean(DataSource.class).getConnection()) {
                rows = DatabaseContents.rows(connection);
            }
        }

        String logged = Files.readString(log);
        assertThat(logged).contains("user created: user=user_1 by=root", "TRACE");
        assertThat(logged.lines().filter(line -> !CANARY.in(line).isEmpty()).limit(5))
                .isEmpty();
        // A frame or a body may be logged over more than one line
        assertThat(CANARY.in(logged)).isEmpty();
        assertThat(digests).noneMatch(logged::contains);
        assertThat(logged.lines().filter(line -> HASH.matcher(line).find())).isEmpty();
        assertThat(answers)
                .noneMatch(answer -> !CANARY.in(answer).isEmpty())
                .noneMatch(answer -> digests.stream().anyMatch(answer::contains))
                .noneMatch(answer -> HASH.matcher(answer).find());
        assertThat(rows)
                .anyMatch(row -> row.contains("root"))
                .noneMatch(row -> !CANARY.in(row).isEmpty());
        assertThat(rows).noneMatch(row -> digests.stream().anyMatch(row::contains));
        if (kind == TestDatabase.H2) {
            Path data = Path.of(Objects.requireNonNull(database.get("gatehouse.data-directory")));
            assertThat(TestDatabase.filesWith(CANARY, data)).isEmpty();
        }
    }

    /** Tokens in every form that a client may give them, right and wrong, and a body that is no UTF-8. No URL has a place for one. */
    private static void useEveryForm(GatehouseServer server, List<String> answers) {
        String encoded = Http.base64("root:canary-root");
        for (String header : List.of(
                "root:canary-root",
                encoded,
                "Basic " + encoded,
                "Basic " + Http.base64("root:canary-wrong"),
                "Basic " + Http.base64(encoded),
                "Bearer root%3Acanary-root",
                "Bearer canary-root",
                "Digest canary-root",
                HexFormat.of().formatHex("root:canary-root".getBytes(StandardCharsets.UTF_8)))) {
            for (String path : List.of("/api/v1/me", "/v2/vectordb/users/list", "/nowhere")) {
                answers.add(Http.send(HttpRequest.newBuilder(server.uri(path))
                                .header("Authorization", header)
                                .build())
                        .body());
            }
        }
        answers.add(Http.send(HttpRequest.newBuilder(server.uri("/api/v1/users"))
                        .header("Authorization", "root:canary-root")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray("{\"userName\":\"user_7\",\"password\":\"canary-wide\"}"
                                .getBytes(StandardCharsets.UTF_16LE)))
                        .build())
                .body());
    }

    /** Every path of the management port and of Spring Boot's endpoints, also where there is none. */
    private static void askTheAdministration(GatehouseServer server, List<String> answers) {
        for (String path : ADMINISTRATION) {
            for (URI uri : List.of(server.uri(path), server.managementUri(path))) {
                answers.add(Http.send(HttpRequest.newBuilder(uri).build()).body());
                answers.add(Http.send(HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer root:canary-root")
                                .build())
                        .body());
            }
        }
        assertThat(answers).anyMatch(answer -> answer.contains("gatehouse_logins_total"));
    }

    private static void useEveryOperation(GatehouseServer server, List<String> answers) {
        String root = "root:canary-root";
        String users = "/api/v1/users";
        String[][] calls = {
            {root, "GET", "/api/v1/me", null},
            {"root:canary-wrong", "GET", "/api/v1/me", null},
            {"canary-name:canary-wrong", "GET", "/api/v1/me", null},
            {Http.base64("root:canary-root"), "GET", "/api/v1/me", null},
            {root, "POST", users, "{\"userName\":\"user_1\",\"password\":\"canary-first\"}"},
            {root, "POST", users, "{\"userName\":\"user_1\",\"password\":\"canary-first\"}"},
            {root, "POST", users, "{\"userName\":\"user_2\",\"pasword\":\"canary-field\"}"},
            {root, "POST", users, "{\"userName\":\"user_2\",\"password\":[\"canary-list\"]}"},
            {root, "POST", users, "{\"userName\":\"user_2\",\"password\":\"canary-cut"},
            {root, "POST", users, "{\"userName\":\"user_2\",\"password\":\"canary-" + "x".repeat(300) + "\"}"},
            {root, "POST", users, "\"canary-text\""},
            {root, "POST", users, "{\"userName\":\"user_2\",\"password\":" + NUMBER + "}"},
            {root, "POST", "/v2/vectordb/users/create", "{\"userName\":\"user_4\",\"password\":" + NUMBER + "}"},
            {"user_1:canary-first", "GET", users + "/user_1", null},
            {"user_1:canary-first", "GET", users, null},
            {
                "user_1:canary-first",
                "PUT",
                users + "/user_1/password",
                "{\"oldPassword\":\"canary-wrong\",\"newPassword\":\"canary-second\"}"
            },
            {
                "user_1:canary-first",
                "PUT",
                users + "/user_1/password",
                "{\"oldPassword\":\"canary-first\",\"newPassword\":\"canary-second\"}"
            },
            {"user_1:canary-first", "GET", "/api/v1/me", null},
            {root, "PUT", users + "/user_1/roles/admin", null},
            {root, "GET", users, null},
            {root, "GET", "/api/v1/roles", null},
            {root, "POST", "/v2/vectordb/users/create", "{\"userName\":\"user_3\",\"password\":\"canary-third\"}"},
            {root, "POST", "/v2/vectordb/users/create", "{\"userName\":\"user_4\",\"password\":[\"canary-list\"]}"},
            {root, "POST", "/v2/vectordb/users/create", "canary-nonsense"},
            {
                "user_3:canary-third",
                "POST",
                "/v2/vectordb/users/update_password",
                "{\"userName\":\"user_3\",\"password\":\"canary-third\",\"newPassword\":\"canary-fourth\"}"
            },
            {
                root,
                "POST",
                "/v2/vectordb/users/update_password",
                "{\"userName\":\"user_3\",\"password\":\"canary-wrong\",\"newPassword\":\"canary-fourth\"}"
            },
            {root, "POST", "/v2/vectordb/users/drop", "{\"userName\":\"user_3\"}"},
            {root, "DELETE", users + "/user_1", null},
        };
        for (String[] call : calls) {
            answers.add(Http.send(
                            server, call[0], Objects.requireNonNull(call[1]), Objects.requireNonNull(call[2]), call[3])
                    .body());
        }
    }

    private static void useEveryRpc(Grpc grpc, List<String> answers) {
        String root = "root:canary-root";
        List<Runnable> calls = List.of(
                () -> grpc.logIn(root),
                () -> grpc.logIn("root:canary-wrong"),
                () -> grpc.logIn("canary-name:canary-wrong"),
                () -> grpc.create(root, "user_5", "canary-fifth"),
                () -> grpc.create(root, "user_5", "canary-fifth"),
                () -> grpc.create(root, "user_6", "canary-" + "x".repeat(300)),
                () -> grpc.describe("user_5:canary-fifth", "user_5"),
                () -> grpc.list("user_5:canary-fifth"),
                () -> grpc.changePassword("user_5:canary-fifth", "user_5", "canary-wrong", "canary-sixth"),
                () -> grpc.changePassword("user_5:canary-fifth", "user_5", "canary-fifth", "canary-sixth"),
                () -> grpc.logIn("user_5:canary-fifth"),
                () -> grpc.grantRole(root, "user_5", "admin"),
                () -> grpc.list("user_5:canary-sixth"),
                () -> answers.add(grpc.stub(root)
                        .createCredential(CreateCredentialRequest.newBuilder()
                                .setUsername("user_6")
                                .setPassword("canary not base64")
                                .build())
                        .toString()),
                () -> answers.add(grpc.stub(root)
                        .updateCredential(UpdateCredentialRequest.newBuilder()
                                .setUsername("root")
                                .setOldPassword("canary not base64")
                                .setNewPassword("canary not base64")
                                .build())
                        .toString()),
                () -> answers.add(refusal(grpc, "canary-plain-token").toString()),
                () -> answers.add(refusal(grpc, Http.base64("canary-api-key")).toString()),
                () -> answers.add(unreadable(grpc, Grpc.metadata(root)).toString()),
                () -> grpc.drop(root, "user_5"));
        calls.forEach(Runnable::run);
    }

    private static Status refusal(Grpc grpc, String authorization) {
        var metadata = new Metadata();
        metadata.put(Grpc.AUTHORIZATION, authorization);
        return unreadable(grpc, metadata);
    }

    private static Status unreadable(Grpc grpc, Metadata metadata) {
        return catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> grpc.call(
                                MilvusServiceGrpc.getCreateCredentialMethod().getFullMethodName(),
                                metadata,
                                "canary-nonsense".getBytes(StandardCharsets.UTF_8)))
                .getStatus();
    }
}
