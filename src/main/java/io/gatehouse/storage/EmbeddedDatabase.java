package io.gatehouse.storage;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Conditional;
import org.springframework.stereotype.Component;

/**
 * The H2 file under {@code gatehouse.data-directory}, used as long as {@code spring.datasource.url} names no other
 * database.
 */
@Component
@Conditional(EmbeddedDatabase.NoUrl.class)
class EmbeddedDatabase implements JdbcConnectionDetails {

    /**
     * {@code async:}: a thread that is interrupted while it reads or writes would otherwise close the file, and with it the database, for
     * everybody. What is written when is the same. {@code WRITE_DELAY=0}: H2 otherwise writes a commit up to 500 ms after it was
     * acknowledged, and {@code kill -9} would lose it. {@code MAX_COMPACT_TIME}: how long a stop may give unused room back, in
     * milliseconds, as nothing does meanwhile. {@code DB_CLOSE_ON_EXIT=FALSE}: the connection pool closes it, after the last request. {@code
     * DATABASE_TO_LOWER} and {@code DEFAULT_NULL_ORDERING} are what H2 asks for beside {@code MODE=PostgreSQL}. {@code
     * TRACE_LEVEL_FILE=0}: what H2 writes into a file of its own is in Gatehouse's log already, and a full disk needs no more of it.
     */
    private static final String OPTIONS = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
            + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;MAX_COMPACT_TIME=5000";

    private final DataDirectory dataDirectory;

    EmbeddedDatabase(StorageSettings settings, ObjectProvider<ExistingDatabaseOnly> existingOnly) {
        existingOnly.ifAvailable(asked -> DataDirectory.requireDatabase(settings.dataDirectory()));
        this.dataDirectory = DataDirectory.prepare(settings.dataDirectory());
    }

    @Override
    public String getJdbcUrl() {
        return "jdbc:h2:async:" + dataDirectory.database() + OPTIONS;
    }

    @Override
    public String getUsername() {
        return "sa";
    }

    @Override
    public String getPassword() {
        return "";
    }

    static final class NoUrl extends NoneNestedConditions {

        NoUrl() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("spring.datasource.url")
        static final class Url {}
    }
}
