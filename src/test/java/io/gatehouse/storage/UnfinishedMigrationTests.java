package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.MemoryDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.mock.env.MockEnvironment;

/** A start on H2 that was killed after any of the statements of a migration. */
class UnfinishedMigrationTests {

    /** A migration, and how many of its statements were made before the end. */
    record Cut(String version, String script, List<String> made) {

        @Override
        public String toString() {
            return "%s after %d".formatted(script, made.size());
        }
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void migrateWhenAnEarlierStartEndedWithinAMigrationThenMakesItWhole(Cut cut) {
        var database = new DriverManagerDataSource(MemoryDatabase.url());
        JdbcTemplate jdbc = new JdbcTemplate(database);
        flyway(database).target(cut.version()).load().migrate();
        // As it is before Flyway writes the row of a migration that it has made
        jdbc.update("delete from \"flyway_schema_history\" where \"version\" = ?", cut.version());
        new ResourceDatabasePopulator(new ClassPathResource("db/unfinished/" + cut.script())).execute(database);
        cut.made().forEach(jdbc::execute);

        MigrateResult result = flyway(database).load().migrate();

        assertThat(result.success).isTrue();
        assertThat(columns(jdbc))
                .isEqualTo(columns(new JdbcTemplate(MemoryDatabase.migrated())))
                .isNotEmpty();
    }

    @Test
    void migrateWhenAnUpgradeWasKilledThenKeepsTheUsers() {
        DriverManagerDataSource database = killedUpgrade();

        flyway(database).load().migrate();

        assertThat(names(database)).containsExactly("alice");
    }

    @Test
    void migrateWhenAnUpgradeFailedThenMakesItWholeAndKeepsTheUsers() {
        DriverManagerDataSource database = killedUpgrade();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        // What Flyway writes of a statement that failed, and what stops it from then on
        jdbc.update("insert into \"flyway_schema_history\" values"
                + " (2, '2', 'create audit events', 'SQL', 'V2__create_audit_events.sql', 1, 'sa', now(), 1, false)");

        new SchemaMigration(
                        new FirstConnection(new StartSettings(Duration.ZERO), new MockEnvironment()),
                        new StaticListableBeanFactory().getBeanProvider(ExistingDatabaseOnly.class))
                .migrate(flyway(database).load());

        assertThat(names(database)).containsExactly("alice");
        assertThat(columns(jdbc)).isEqualTo(columns(new JdbcTemplate(MemoryDatabase.migrated())));
    }

    /** One user in the first version of the schema, and a half of the second. */
    private static DriverManagerDataSource killedUpgrade() {
        var database = new DriverManagerDataSource(MemoryDatabase.url());
        JdbcTemplate jdbc = new JdbcTemplate(database);
        flyway(database).target("1").load().migrate();
        jdbc.update("insert into users (name, password_hash, credential_version, created_at, updated_at)"
                + " values ('alice', 'hash', 1, current_timestamp, current_timestamp)");
        jdbc.execute("create table audit_events (id bigint)");
        return database;
    }

    private static List<String> names(DriverManagerDataSource database) {
        return new JdbcTemplate(database).queryForList("select name from users", String.class);
    }

    private static Stream<Cut> cuts() {
        return Arrays.stream(flyway(new DriverManagerDataSource(MemoryDatabase.url()))
                        .load()
                        .info()
                        .all())
                .flatMap(UnfinishedMigrationTests::cuts);
    }

    private static Stream<Cut> cuts(MigrationInfo migration) {
        List<String> statements = Arrays.stream(
                        text("db/migration/" + migration.getScript()).split(";"))
                .filter(statement -> !statement.isBlank())
                .toList();
        return IntStream.rangeClosed(0, statements.size())
                .mapToObj(count -> new Cut(
                        migration.getVersion().getVersion(), migration.getScript(), statements.subList(0, count)));
    }

    private static String text(String resource) {
        try {
            return new ClassPathResource(resource)
                    .getContentAsString(StandardCharsets.UTF_8)
                    .replace("${code_point_order}", "")
                    .replace("${stored}", "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Map<String, Object>> columns(JdbcTemplate jdbc) {
        return jdbc.queryForList(
                "select table_name, column_name, data_type, is_nullable from information_schema.columns"
                        + " where table_schema = 'public' order by table_name, ordinal_position");
    }

    private static FluentConfiguration flyway(DriverManagerDataSource database) {
        return MemoryDatabase.flyway(database).callbacks(new UnfinishedMigration());
    }
}
