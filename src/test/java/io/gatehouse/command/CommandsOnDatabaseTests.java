package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.gatehouse.command.CommandFixture.Ran;
import io.gatehouse.testing.MemoryDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What commands do to a database, and say of it. */
class CommandsOnDatabaseTests {

    /** bcrypt of no password that anybody knows. */
    private static final String HASH = "$2a$04$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";

    private static final String OTHER_HASH = HASH.replace("01234", "43210");
    private static final String EXPORTED = "{\"userName\":\"%s\",\"roles\":[],\"passwordHash\":\"{bcrypt}" + HASH
            + "\",\"createdAt\":\"2026-01-31T12:00:00Z\",\"updatedAt\":\"2026-01-31T12:00:00Z\"}\n";

    private final DriverManagerDataSource database = (DriverManagerDataSource) MemoryDatabase.migrated();
    private final JdbcTemplate jdbc = new JdbcTemplate(database);
    private final CommandFixture gatehouse = at(String.valueOf(database.getUrl()));

    @TempDir
    private Path folder;

    @BeforeEach
    void letTheApplicationIn() {
        jdbc.execute("create user sa password '' admin");
    }

    @Test
    void importWhenUsersAreNewThenTheyComeWithTheirHashes() throws IOException {
        Path file = Files.writeString(folder.resolve("users"), user("two", HASH) + user("one", HASH));

        assertThat(gatehouse.run("", "import-users", file.toString()))
                .isEqualTo(new Ran(0, "", "2 created, 0 replaced, 0 kept, 0 unchanged\n"));

        assertThat(hashOf("one")).isEqualTo("{bcrypt}" + HASH);
        assertThat(hashOf("two")).isEqualTo("{bcrypt}" + HASH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''        | 1 | line 1: the user is there already, with another password or other roles;nothing was changed: 1 line is refused",
                "--keep    | 0 | nothing to change: 0 created, 0 replaced, 1 kept, 0 unchanged",
                "--replace | 0 | 0 created, 1 replaced, 0 kept, 0 unchanged"
            })
    void importWhenAUserIsThereOtherwiseThenTheOptionDecides(String option, int exitCode, String said) {
        insert("one");

        Ran ran = gatehouse.run(
                user("one", OTHER_HASH), ("import-users " + option).strip().split(" "));

        assertThat(ran).isEqualTo(new Ran(exitCode, "", said.replace(';', '\n') + "\n"));
        assertThat(hashOf("one")).isEqualTo("{bcrypt}" + (option.equals("--replace") ? OTHER_HASH : HASH));
    }

    @Test
    void importWhenTheAuditLogIsOfAnEarlierDayThenAppendsAndLeavesItToTheServerToRoll() throws IOException {
        Path log = Files.writeString(folder.resolve("audit.jsonl"), "{}\n");
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        gatehouse.run(user("one", HASH), "import-users", "--gatehouse.audit.log-file=" + log);

        assertThat(folder.toFile().list()).containsExactly("audit.jsonl");
        assertThat(Files.readAllLines(log)).hasSize(2).startsWith("{}");
    }

    @Test
    void importWhenTheInputCannotBeReadThenSaysWhichAndChangesNothing() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();
        String absent = folder.resolve("absent").toString();

        assertThat(gatehouse.run("", "import-users", absent))
                .isEqualTo(new Ran(1, "", "gatehouse: " + absent + " cannot be read; nothing was changed\n"));
        assertThat(gatehouse.run(broken, Optional.empty(), "import-users"))
                .isEqualTo(new Ran(1, "", "gatehouse: the standard input cannot be read; nothing was changed\n"));
        assertThat(jdbc.queryForObject("select count(*) from users", Integer.class))
                .isZero();
    }

    @Test
    void exportWhenAFileIsNamedThenItsOwnerAloneCanReadIt() throws IOException {
        insert("two");
        insert("one");
        Path file = folder.resolve("users");

        assertThat(gatehouse.run("", "export-users", file.toString()))
                .isEqualTo(new Ran(0, "", "2 users were exported\n"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).isEqualTo(EXPORTED.formatted("one") + EXPORTED.formatted("two"));
    }

    @Test
    void exportWhenNoFileIsNamedThenIsTheStandardOutput() {
        insert("one");

        assertThat(gatehouse.run("", "export-users"))
                .isEqualTo(new Ran(0, EXPORTED.formatted("one"), "1 user was exported\n"));
    }

    @Test
    void exportWhenTheFileIsThereThenIsRefusedAndLeavesItAlone() throws IOException {
        Path there = Files.createFile(folder.resolve("there"));

        assertThat(gatehouse.run("", "export-users", there.toString()))
                .isEqualTo(new Ran(1, "", "gatehouse: there is a file of this name already: " + there + "\n"));
        assertThat(there).isEmptyFile();
    }

    @Test
    void exportWhenTheFileCannotBeMadeThenFails() {
        Path file = folder.resolve("absent/users");

        assertThat(gatehouse.run("", "export-users", file.toString()))
                .isEqualTo(new Ran(1, "", "gatehouse: " + file + " cannot be written\n"));
    }

    /** A print stream keeps its failures to itself. */
    @Test
    void exportWhenTheStandardOutputIsFullThenFails() {
        insert("one");
        var closed = OutputStream.nullOutputStream();
        assertThatCode(closed::close).doesNotThrowAnyException();

        assertThat(gatehouse.run(new PrintStream(closed, false, StandardCharsets.UTF_8), "export-users"))
                .isEqualTo(new Ran(1, "", "gatehouse: the standard output cannot be written\n"));
    }

    @ParameterizedTest
    @CsvSource({"the standard input", "a file", "the keyboard"})
    void resetWhenThePasswordComesFromAnywhereThenIsChanged(String source) throws IOException {
        insert("one");
        String file =
                Files.writeString(folder.resolve("password"), "from_the_file\n").toString();

        Ran ran = switch (source) {
            case "a file" -> gatehouse.run("", "reset-password", "one", "--password-file", file);
            case "the keyboard" ->
                gatehouse.run(
                        InputStream.nullInputStream(),
                        Optional.of(prompt -> Optional.of("typed_twice")),
                        "reset-password",
                        "one");
            default -> gatehouse.run("from_the_input\n", "reset-password", "one");
        };

        assertThat(ran).isEqualTo(new Ran(0, "", "the password was changed; tokens with the old one are dead\n"));
        assertThat(hashOf("one")).startsWith("{argon2}");
    }

    @Test
    void resetWhenTheUserIsNotThereThenIsRefused() {
        assertThat(gatehouse.run("recovered", "reset-password", "nobody"))
                .isEqualTo(new Ran(1, "", "gatehouse: user not found: nobody\n"));
    }

    @ParameterizedTest
    @CsvSource({"export-users", "reset-password root"})
    void commandWhenTheDatabaseIsNewThenMakesNone(String arguments) {
        String empty = MemoryDatabase.url();

        assertThat(at(empty).run("recovered", arguments.split(" ")))
                .isEqualTo(new Ran(
                        1,
                        "",
                        "gatehouse: there are no users in the database: no Gatehouse was ever started on it (%s).\n"
                                .formatted(empty.replaceFirst(";.*", ""))));
        assertThat(new JdbcTemplate(new DriverManagerDataSource(empty, "sa", ""))
                        .queryForObject(
                                "select count(*) from information_schema.tables where table_schema = 'public'",
                                Integer.class))
                .isZero();
    }

    @Test
    void commandWhenASettingCannotBeFollowedThenSaysWhichAsTheServerDoes() {
        Ran ran = gatehouse.run("", "import-users", "--server.port=1", "--proxy.port=2");

        assertThat(ran)
                .isEqualTo(
                        new Ran(
                                1,
                                "",
                                "gatehouse: server.port is 1, but Gatehouse listens where proxy.port says (2): set proxy.port instead.\n"));
    }

    private static CommandFixture at(String url) {
        return new CommandFixture(Map.of("spring.datasource.url", url));
    }

    private void insert(String userName) {
        jdbc.update(
                "insert into users (name, password_hash, credential_version, created_at, updated_at)"
                        + " values (?, ?, 1, timestamp with time zone '2026-01-31 12:00:00+00', timestamp with time zone '2026-01-31 12:00:00+00')",
                userName,
                "{bcrypt}" + HASH);
    }

    private String hashOf(String userName) {
        return String.valueOf(
                jdbc.queryForObject("select password_hash from users where name = ?", String.class, userName));
    }

    private static String user(String userName, String hash) {
        return "{\"userName\":\"%s\",\"passwordHash\":\"%s\"}\n".formatted(userName, hash);
    }
}
