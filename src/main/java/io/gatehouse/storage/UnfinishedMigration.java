package io.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.stereotype.Component;

/**
 * Takes away what a killed process left of a migration, before the migration is run again. H2 commits each statement of a
 * migration by itself; PostgreSQL commits it as a whole, so that nothing is left there.
 *
 * <p>{@code db/unfinished} has a script of the same name for each one of {@code db/migration}. It drops only what that
 * migration makes, and runs only while Flyway's history says that the migration is still to be made: nothing can have been
 * stored by then.
 */
@Component
class UnfinishedMigration implements Callback {

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        Connection connection = context.getConnection();
        try {
            if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
                ScriptUtils.executeSqlScript(
                        connection,
                        new ClassPathResource(
                                "db/unfinished/" + context.getMigrationInfo().getScript()));
            }
        } catch (SQLException e) {
            throw StorageFailure.explain(e);
        }
    }

    @Override
    public String getCallbackName() {
        return "unfinished-migration";
    }
}
