package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.mock.env.MockEnvironment;

/** The H2 file, its schema, and who is refused either. */
class EmbeddedDatabaseTests {

    @TempDir
    private Path folder;

    @Test
    void migrateWhenTheFolderIsEmptyThenMakesTheSchema() {
        JdbcTemplate jdbc = new JdbcTemplate(migrated());

        assertThat(jdbc.queryForObject("select count(*) from users", Integer.class))
                .isZero();
        assertThat(folder.resolve("gatehouse.mv.db")).exists();
    }

    @Test
    void migrateWhenTheFolderIsOpenToOthersThenTheDatabaseIsItsOwnersAlone() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        migrated();

        assertThat(folder).isDirectoryContaining(file -> file.endsWith("gatehouse.mv.db"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void migrateWhenTheSchemaIsNewerThenRefuses() {
        DriverManagerDataSource database = migrated();
        new JdbcTemplate(database)
                .update("update \"flyway_schema_history\" set \"version\" = '99' where \"version\" = '1'");
        new JdbcTemplate(database)
                .update("update \"flyway_schema_history\" set \"version\" = '100' where \"version\" = '2'");

        assertThatThrownBy(() -> migrate(database, none())).isInstanceOfSatisfying(StorageException.class, refusal -> {
            assertThat(refusal)
                    .hasMessage("the database has version 100 of the schema, which is newer than this Gatehouse");
            assertThat(refusal.remedy())
                    .isEqualTo("Start the Gatehouse that made it, or a newer one; nothing was changed.");
        });
    }

    @Test
    void migrateWhenOnlyAnExistingDatabaseWillDoThenRefusesAnEmptyOne() {
        var empty = new DriverManagerDataSource("jdbc:h2:mem:empty;DB_CLOSE_DELAY=-1");

        assertThatThrownBy(() -> migrate(empty, existingOnly()))
                .hasMessage("there are no users in the database: no Gatehouse was ever started on it");
        assertThat(new JdbcTemplate(empty)
                        .queryForObject(
                                "select count(*) from information_schema.tables where table_schema = 'PUBLIC'",
                                Integer.class))
                .isZero();
        migrate(migrated(), existingOnly());
    }

    @Test
    void openWhenOnlyAnExistingDatabaseWillDoThenRefusesAnEmptyFolder() {
        assertThatThrownBy(() -> new EmbeddedDatabase(new StorageSettings(folder), existingOnly()))
                .hasMessage("there is no database in the data directory " + folder);
    }

    /** Every Gatehouse before made its file as this user, and H2 lets nobody else in. */
    @Test
    void openWhenTheFileIsOfAnEarlierGatehouseThenIsLetIn() {
        var embedded = new EmbeddedDatabase(new StorageSettings(folder), none());
        new JdbcTemplate(new DriverManagerDataSource(embedded.getJdbcUrl(), "sa", ""))
                .execute("create table earlier (id int)");

        var database =
                new DriverManagerDataSource(embedded.getJdbcUrl(), embedded.getUsername(), embedded.getPassword());

        assertThat(new JdbcTemplate(database).queryForObject("select count(*) from earlier", Integer.class))
                .isZero();
    }

    @Test
    void writeWhenTheThreadIsInterruptedThenTheDatabaseStaysOpenForAll() throws SQLException {
        var embedded = new EmbeddedDatabase(new StorageSettings(folder), none());
        try (Connection other = DriverManager.getConnection(embedded.getJdbcUrl(), "sa", "");
                Connection own = DriverManager.getConnection(embedded.getJdbcUrl(), "sa", "")) {
            other.createStatement().execute("create table kept (id int)");

            Thread.currentThread().interrupt();
            own.createStatement().execute("insert into kept values (1)");
            boolean stillInterrupted = Thread.interrupted();
            other.createStatement().execute("insert into kept values (2)");

            assertThat(stillInterrupted).isTrue();
            ResultSet kept = own.createStatement().executeQuery("select count(*) from kept");
            kept.next();
            assertThat(kept.getInt(1)).isEqualTo(2);
        }
    }

    /** Each commit is a chunk of its own, and H2 would leave most of them there. */
    @Test
    void closeWhenMostOfTheFileIsUnusedThenItIsGivenBackAndNothingIsLost() throws SQLException {
        var embedded = new EmbeddedDatabase(new StorageSettings(folder), none());
        long before;
        try (Connection connection = DriverManager.getConnection(embedded.getJdbcUrl(), "sa", "")) {
            var database = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            database.execute("create table large (id int primary key, text varchar)");
            for (int id = 0; id < 200; id++) {
                database.update("insert into large values (?, ?)", id, "x".repeat(100_000));
            }
            database.update("delete from large where id >= 10");
            before = folder.resolve("gatehouse.mv.db").toFile().length();
        }

        assertThat(before).isGreaterThan(20_000_000);
        // Each stop goes on with it, as a slow machine needs more than one
        Await.until("unused room is given back", () -> {
            new JdbcTemplate(new DriverManagerDataSource(embedded.getJdbcUrl(), "sa", "")).execute("checkpoint");
            return folder.resolve("gatehouse.mv.db").toFile().length() < before / 4;
        });
        assertThat(new JdbcTemplate(new DriverManagerDataSource(embedded.getJdbcUrl(), "sa", ""))
                        .queryForObject("select count(*) from large where length(text) = 100000", Integer.class))
                .isEqualTo(10);
    }

    @Test
    void orderWhenOnPostgresThenIsByCodePointToo() {
        assertThat(placeholders("jdbc:postgresql://db/gatehouse"))
                .isEqualTo(Map.of("code_point_order", "collate \"C\"", "stored", "stored"));
        assertThat(placeholders("jdbc:h2:file:/data/gatehouse"))
                .isEqualTo(Map.of("code_point_order", "", "stored", ""));
    }

    private DriverManagerDataSource migrated() {
        var embedded = new EmbeddedDatabase(new StorageSettings(folder), none());
        var database =
                new DriverManagerDataSource(embedded.getJdbcUrl(), embedded.getUsername(), embedded.getPassword());
        migrate(database, none());
        return database;
    }

    private static void migrate(DriverManagerDataSource database, ObjectProvider<ExistingDatabaseOnly> existingOnly) {
        FluentConfiguration configuration = Flyway.configure().dataSource(database);
        new CodePointOrder(details(String.valueOf(database.getUrl()))).customize(configuration);
        new SchemaMigration(new FirstConnection(new StartSettings(Duration.ZERO), new MockEnvironment()), existingOnly)
                .migrate(configuration.load());
    }

    private static Map<String, String> placeholders(String url) {
        FluentConfiguration configuration = Flyway.configure();
        new CodePointOrder(details(url)).customize(configuration);
        return configuration.getPlaceholders();
    }

    private static JdbcConnectionDetails details(String url) {
        return new JdbcConnectionDetails() {

            @Override
            public String getJdbcUrl() {
                return url;
            }

            @Override
            public String getUsername() {
                return "";
            }

            @Override
            public String getPassword() {
                return "";
            }
        };
    }

    private static ObjectProvider<ExistingDatabaseOnly> none() {
        return new StaticListableBeanFactory().getBeanProvider(ExistingDatabaseOnly.class);
    }

    private static ObjectProvider<ExistingDatabaseOnly> existingOnly() {
        return new StaticListableBeanFactory(Map.of("only", new ExistingDatabaseOnly()))
                .getBeanProvider(ExistingDatabaseOnly.class);
    }
}
