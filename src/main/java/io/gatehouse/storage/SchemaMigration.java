package io.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.stereotype.Component;

/** Migrates the schema at start, unless the database is too old for it or knows a newer one. */
@Component
class SchemaMigration implements FlywayMigrationStrategy {

    private static final Logger log = LoggerFactory.getLogger(SchemaMigration.class);

    /** The oldest that its own project still mended in 2025. */
    private static final int OLDEST_POSTGRES = 13;

    private final FirstConnection firstConnection;
    private final ObjectProvider<ExistingDatabaseOnly> existingOnly;

    SchemaMigration(FirstConnection firstConnection, ObjectProvider<ExistingDatabaseOnly> existingOnly) {
        this.firstConnection = firstConnection;
        this.existingOnly = existingOnly;
    }

    @Override
    public void migrate(Flyway flyway) {
        refuseOldPostgres(flyway.getConfiguration().getDataSource());
        existingOnly.ifAvailable(asked -> refuseEmpty(flyway));
        MigrationInfo[] migrations = flyway.info().all();
        refuseNewerSchema(migrations);
        // Flyway refuses every later start over one that failed once; UnfinishedMigration makes it whole
        if (Arrays.stream(migrations).anyMatch(migration -> migration.getState().isFailed())) {
            flyway.repair();
        }
        MigrateResult result = flyway.migrate();
        if (result.migrationsExecuted > 0) {
            log.info("schema migrated: version={}", result.targetSchemaVersion);
        }
    }

    private static void refuseEmpty(Flyway flyway) {
        if (flyway.info().current() == null) {
            throw new StorageException(
                    "there are no users in the database: no Gatehouse was ever started on it",
                    "Correct spring.datasource.url; nothing was changed.");
        }
    }

    private void refuseOldPostgres(DataSource database) {
        try (Connection connection = firstConnection.open(database)) {
            var metadata = connection.getMetaData();
            if (metadata.getDatabaseProductName().equals("PostgreSQL")) {
                refuseOlderThanOldest(metadata.getDatabaseMajorVersion());
            }
        } catch (SQLException e) {
            throw StorageFailure.explain(e);
        }
    }

    static void refuseOlderThanOldest(int version) {
        if (version < OLDEST_POSTGRES) {
            throw new StorageException(
                    "PostgreSQL %d is too old: Gatehouse needs %d or newer".formatted(version, OLDEST_POSTGRES),
                    "Upgrade PostgreSQL, or name another one in spring.datasource.url.");
        }
    }

    private static void refuseNewerSchema(MigrationInfo[] migrations) {
        Arrays.stream(migrations)
                .filter(migration -> migration.getState().isApplied()
                        && !migration.getState().isResolved())
                .reduce((first, second) -> second)
                .ifPresent(newest -> {
                    throw new StorageException(
                            "the database has version %s of the schema, which is newer than this Gatehouse"
                                    .formatted(newest.getVersion()),
                            "Start the Gatehouse that made it, or a newer one; nothing was changed.");
                });
    }
}
