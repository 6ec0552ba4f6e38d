package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LoggingSystemProperty;

/** Marked passwords go through every operation, right and wrong, with logs at TRACE; then nothing holds any of them. */
class CanaryIT {

    private static final String NUMBER = "31415926535897";
    private static final Pattern HASH = Pattern.compile("argon2id\\$v=|\\$2a\\$");

    /** Spring Boot keeps the logging of the first server of this JVM for all later ones, whose output tests read. */
    @AfterEach
    void forgetLogging() {
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

        try (GatehouseServer server = GatehouseServer.start(
                database,
                "common.security.defaultRootPassword=canary-root",
                "logging.level.root=TRACE",
                "logging.threshold.console=OFF",
                "logging.file.name=" + log)) {
            useEveryOperation(server, answers);
            useEveryRpc(new Grpc(server), answers);
            answers.add(Http.send(server, null, "GET", "/v3/api-docs", null).body());
        }

        String logged = Files.readString(log);
        assertThat(logged).contains("user created: user=user_1 by=root", "TRACE");
        assertThat(lines(logged, "canary")).isEmpty();
        // As gRPC's clients send it: base64 of a text that has it anywhere, and the same as a frame is printed
        for (String form : encodedForms("canary")) {
            assertThat(lines(logged, form)).as(form).isEmpty();
        }
        assertThat(lines(logged, NUMBER)).isEmpty();
        assertThat(logged.lines().filter(line -> HASH.matcher(line).find())).isEmpty();
        assertThat(answers)
                .noneMatch(answer -> answer.contains("canary"))
                .noneMatch(answer -> HASH.matcher(answer).find());
        if (kind == TestDatabase.H2) {
            Path data = Path.of(Objects.requireNonNull(database.get("gatehouse.data-directory")));
            assertThat(filesWith(data, "canary")).isEmpty();
        }
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

    /** What base64 makes of a text at each of the three places where it can begin, and the hexadecimal digits of all of them. */
    private static List<String> encodedForms(String text) {
        List<String> forms = new ArrayList<>(List.of(text));
        for (int before = 0; before < 3; before++) {
            String encoded = Http.base64("x".repeat(before) + text);
            // The first and the last digit of what is encoded depend on the neighbours
            forms.add(encoded.substring(before == 0 ? 0 : before + 1, (before + text.length()) * 4 / 3));
        }
        forms.addAll(forms.stream()
                .map(form -> HexFormat.of().formatHex(form.getBytes(StandardCharsets.US_ASCII)))
                .toList());
        return forms;
    }

    private static List<String> lines(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).limit(5).toList();
    }

    private static List<Path> filesWith(Path directory, String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains(text))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
