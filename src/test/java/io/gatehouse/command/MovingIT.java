package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.command.CommandFixture.Ran;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** {@code export-users} and {@code import-users}, on both databases. */
@Tag("operator")
class MovingIT {

    private static final String MILVUS_HASH = new BCryptPasswordEncoder(4).encode("P@ssw0rd");
    private static final String SALT = "c2FsdHNhbHRzYWx0c2FsdA";
    private static final String HASH = "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

    @ParameterizedTest
    @EnumSource
    void importWhenTheHashIsMilvusOwnThenTheUserLogsInOverGrpcAndIsRenewed(TestDatabase kind) {
        Map<String, String> database = kind.started();
        String lines = line("milvus_user", MILVUS_HASH, "admin") + line("prefixed", "{bcrypt}" + MILVUS_HASH) + "\n \n";
        var gatehouse = new CommandFixture(database);

        assertThat(gatehouse.run(lines, "import-users"))
                .isEqualTo(new Ran(0, "", "2 created, 0 replaced, 0 kept, 0 unchanged\n"));
        assertThat(gatehouse.run(lines, "import-users", "-"))
                .isEqualTo(new Ran(0, "", "nothing to change: 0 created, 0 replaced, 0 kept, 2 unchanged\n"));

        try (var server = GatehouseServer.start(database)) {
            var grpc = new Grpc(server);
            var jdbc = server.bean(JdbcTemplate.class);
            assertThat(hash(jdbc, "milvus_user")).isEqualTo("{bcrypt}" + MILVUS_HASH);
            assertThat(trail(jdbc)).containsExactly("import-user milvus_user success", "import-user prefixed success");
            assertThat(grpc.logIn("milvus_user:wrong").refusal()).contains(Problem.UNAUTHENTICATED);
            assertThat(grpc.list("milvus_user:P@ssw0rd").names()).containsExactly("milvus_user", "prefixed", "root");
            assertThat(hash(jdbc, "milvus_user")).startsWith("{argon2}$argon2id$");
            assertThat(grpc.logIn("prefixed:P@ssw0rd").refusal()).isEmpty();
            assertThat(grpc.create("prefixed:P@ssw0rd", "another", "P@ssw0rd").refusal())
                    .contains(Problem.PERMISSION_DENIED);
        }
        assertThat(gatehouse.run(lines, "import-users").err()).isEqualTo("""
                        line 1: the user is there already, with another password or other roles
                        line 2: the user is there already, with another password or other roles
                        nothing was changed: 2 lines are refused
                        """);
        assertThat(gatehouse.run(lines, "import-users", "--keep").err())
                .isEqualTo("nothing to change: 0 created, 0 replaced, 2 kept, 0 unchanged\n");
        assertThat(gatehouse.run(lines, "import-users", "--replace").err())
                .isEqualTo("0 created, 2 replaced, 0 kept, 0 unchanged\n");
    }

    @ParameterizedTest
    @EnumSource
    void usersWhenExportedAndImportedIntoTheOtherDatabaseThenAreTheSame(TestDatabase kind, @TempDir Path folder)
            throws IOException {
        Map<String, String> from = kind.fresh();
        try (var server = GatehouseServer.start(from, "common.security.defaultRootPassword=root_password")) {
            var api = new AdminApi(server);
            api.create("root:root_password", "user_1", "P@ssw0rd");
            api.grantRole("root:root_password", "user_1", "public");
            api.grantRole("root:root_password", "user_1", "admin");
        }
        Path file = folder.resolve("users.jsonl");

        assertThat(new CommandFixture(from).run("", "export-users", file.toString()))
                .isEqualTo(new Ran(0, "", "2 users were exported\n"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(Files.readAllLines(file).get(1))
                .matches(
                        "\\{\"userName\":\"user_1\",\"roles\":\\[\"admin\",\"public\"],\"passwordHash\":\"\\{argon2}[^\"]+\","
                                + "\"createdAt\":\"[^\"]+Z\",\"updatedAt\":\"[^\"]+Z\"}");
        assertThat(new CommandFixture(from).run("", "export-users", file.toString()))
                .isEqualTo(new Ran(1, "", "gatehouse: there is a file of this name already: " + file + "\n"));
        Map<String, String> to = other(kind).fresh();
        var elsewhere = new CommandFixture(to);
        assertThat(elsewhere.run("", "import-users", file.toString()).err())
                .isEqualTo("2 created, 0 replaced, 0 kept, 0 unchanged\n");
        assertThat(elsewhere.run("", "export-users"))
                .isEqualTo(new Ran(0, Files.readString(file), "2 users were exported\n"));
        try (var server = GatehouseServer.start(to)) {
            assertThat(new AdminApi(server).list("root:root_password").names()).containsExactly("root", "user_1");
            assertThat(new AdminApi(server).list("user_1:P@ssw0rd").names()).containsExactly("root", "user_1");
        }
    }

    private static TestDatabase other(TestDatabase kind) {
        return kind == TestDatabase.H2 ? TestDatabase.POSTGRES : TestDatabase.H2;
    }

    @ParameterizedTest
    @EnumSource
    void importWhenLinesAreRefusedThenNamesEachByNumberAndChangesNothing(TestDatabase kind) {
        Map<String, String> database = kind.started();
        try (var server = GatehouseServer.start(database, "proxy.maxUserNum=4")) {
            new AdminApi(server).create("root:Milvus", "there", "P@ssw0rd");
        }
        Map<String, String> expected = refusals();
        List<String> lines = new ArrayList<>();
        List<String> report = new ArrayList<>();
        lines.add(line("good", MILVUS_HASH));
        expected.forEach((line, reason) -> {
            lines.add(line + "\n");
            report.add("line %d: %s\n".formatted(lines.size(), reason));
        });

        Ran ran = new CommandFixture(database, "--proxy.maxUserNum=4").run(String.join("", lines), "import-users");

        assertThat(ran.err())
                .isEqualTo(String.join("", report)
                        + "nothing was changed: %d lines are refused\n".formatted(expected.size()));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).doesNotContain("canary", "$2", "$argon2");
        try (var server = GatehouseServer.start(database)) {
            assertThat(new AdminApi(server).list("root:Milvus").names()).containsExactly("root", "there");
            assertThat(trail(server.bean(JdbcTemplate.class))).containsExactly("import-user null denied");
        }
    }

    /** Each refused line with the reason; two users fit beside those who are there. */
    private static Map<String, String> refusals() {
        String json = "the line is not a JSON object, or has a field twice";
        String name =
                "the user name must have 1 to 32 characters, begin with a letter, and have only letters, digits and"
                        + " underscores";
        String kind =
                "the password hash is of no kind that is read here: {argon2}, {bcrypt}, or bcrypt as Milvus has it";
        String malformed = "the password hash is malformed";
        String cost = "the password hash has a cost of bcrypt that is not from 4 to 12";
        Map<String, String> refusals = new LinkedHashMap<>();
        refusals.put("canary", json);
        refusals.put("[]", "the line is not a JSON object");
        refusals.put("{\"userName\":\"canary\",\"userName\":\"canary\"}", json);
        refusals.put("{\"userName\":\"canary\"", json);
        refusals.put("{\"userName\":\"canary\"}", "userName or passwordHash is missing");
        refusals.put(line("one", MILVUS_HASH).strip() + "{}", "something follows the JSON object");
        refusals.put(
                "{\"canary\":1}",
                "there is a field that is none of userName, roles, passwordHash, createdAt and updatedAt");
        refusals.put("{\"userName\":1}", "userName is not a text");
        refusals.put("{\"roles\":\"admin\"}", "roles is not a list");
        refusals.put("{\"roles\":[1]}", "roles is not a list of texts");
        refusals.put("{\"createdAt\":\"canary\"}", "createdAt is not a time such as 2026-01-31T12:00:00Z");
        refusals.put("x".repeat(20_000), "the line has more than 16384 bytes");
        refusals.put(line("canary:x", MILVUS_HASH).strip(), name);
        refusals.put(line("", MILVUS_HASH).strip(), name);
        refusals.put(line("two", MILVUS_HASH, "canary").strip(), "one of the roles is not there");
        refusals.put(line("root", MILVUS_HASH, "admin").strip(), "root has no roles");
        refusals.put(line("three", "canary").strip(), kind);
        refusals.put(line("three", "{noop}canary").strip(), kind);
        refusals.put(line("three", MILVUS_HASH.substring(1)).strip(), kind);
        refusals.put(line("three", MILVUS_HASH + "x").strip(), malformed);
        refusals.put(line("three", "{bcrypt}" + MILVUS_HASH.substring(0, 40)).strip(), malformed);
        refusals.put(line("three", MILVUS_HASH.replace("$04$", "$31$")).strip(), cost);
        refusals.put(line("three", MILVUS_HASH.replace("$04$", "$13$")).strip(), cost);
        refusals.put(line("three", MILVUS_HASH.replace("$04$", "$03$")).strip(), cost);
        refusals.put(line("three", argon2(4_194_304, 1, 1)).strip(), tooMuchMemory());
        refusals.put(line("three", argon2(65, 1, 1)).strip(), tooMuchMemory());
        refusals.put(
                line("three", argon2(64, 11, 1)).strip(),
                "the password hash takes more than 10 passes over its memory");
        refusals.put(line("three", argon2(64, 1, 9)).strip(), malformed);
        refusals.put(line("three", "{argon2}$argon2id$canary").strip(), malformed);
        refusals.put(
                line("there", MILVUS_HASH).strip(), "the user is there already, with another password or other roles");
        refusals.put(
                "{\"userName\":\"four\",\"passwordHash\":\"%s\",\"createdAt\":\"9999-01-01T00:00:00Z\"}"
                        .formatted(MILVUS_HASH),
                "a time is before 1970 or in the future");
        refusals.put(line("good", argon2(64, 1, 1)).strip(), "the user was there before");
        return refusals;
    }

    @Test
    void importWhenThereIsNoRoomThenChangesNothing() {
        Map<String, String> database = TestDatabase.H2.started();
        String lines = line("one", MILVUS_HASH) + line("two", MILVUS_HASH) + line("three", MILVUS_HASH);

        Ran ran = new CommandFixture(database, "--proxy.maxUserNum=3").run(lines, "import-users");

        assertThat(ran)
                .isEqualTo(new Ran(
                        1,
                        "",
                        "line 3: the number of users has reached the limit\nnothing was changed: 1 line is refused\n"));
        assertThat(new CommandFixture(database).run("", "export-users").out().lines())
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void importWhenThereAreManyUsersThenAllOfThemMove(TestDatabase kind, @TempDir Path folder) throws IOException {
        int many = 1_001; // two pages, and one
        String lines = IntStream.range(0, many)
                .mapToObj(i -> line("user_%05d".formatted(i), MILVUS_HASH, "admin", "public"))
                .collect(Collectors.joining());
        Map<String, String> database = kind.fresh();
        var gatehouse = new CommandFixture(database);

        assertThat(gatehouse.run(lines, "import-users").err())
                .isEqualTo("%d created, 0 replaced, 0 kept, 0 unchanged\n".formatted(many));
        assertThat(gatehouse.run(lines, "import-users").err())
                .isEqualTo("nothing to change: 0 created, 0 replaced, 0 kept, %d unchanged\n".formatted(many));
        Path file = folder.resolve("users");
        assertThat(gatehouse.run("", "export-users", file.toString()).err()).isEqualTo(many + " users were exported\n");
        try (Stream<String> exported = Files.lines(file)) {
            assertThat(exported.map(line -> line.substring(13, 23)))
                    .isEqualTo(IntStream.range(0, many)
                            .mapToObj("user_%05d"::formatted)
                            .toList());
        }
    }

    @Test
    void importWhenInputBreaksOffThenChangesNothing() {
        Map<String, String> database = TestDatabase.H2.started();
        InputStream begin = new ByteArrayInputStream(line("one", MILVUS_HASH).getBytes(StandardCharsets.UTF_8));
        var broken = new SequenceInputStream(begin, new InputStream() {

            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return read();
            }
        });

        Ran ran = new CommandFixture(database).run(broken, Optional.empty(), "import-users");

        assertThat(ran)
                .isEqualTo(new Ran(1, "", "gatehouse: the standard input cannot be read; nothing was changed\n"));
        assertThat(new CommandFixture(database).run("", "export-users").out().lines())
                .hasSize(1);
    }

    private static String tooMuchMemory() {
        return "the password hash takes more than 64 KiB of memory (gatehouse.hashing.memory)";
    }

    private static String argon2(int memory, int iterations, int lanes) {
        return "{argon2}$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s".formatted(memory, iterations, lanes, SALT, HASH);
    }

    private static String line(String userName, String hash, String... roles) {
        String list = Stream.of(roles).map(role -> '"' + role + '"').collect(Collectors.joining(","));
        return "{\"userName\":\"%s\",\"roles\":[%s],\"passwordHash\":\"%s\"}\n".formatted(userName, list, hash);
    }

    /** What commands did: action, user, and what came of it. */
    private static List<String> trail(JdbcTemplate jdbc) {
        return jdbc.query(
                "select action, target, result from audit_events where interface = 'command' order by occurred_at",
                (row, number) -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3));
    }

    private static String hash(JdbcTemplate jdbc, String userName) {
        return String.valueOf(
                jdbc.queryForObject("select password_hash from users where name = ?", String.class, userName));
    }
}
