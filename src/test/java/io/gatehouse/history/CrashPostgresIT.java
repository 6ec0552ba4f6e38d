package io.gatehouse.history;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Tag;

@Tag("crash")
class CrashPostgresIT extends CrashContract {

    CrashPostgresIT() {
        super(TestDatabase.POSTGRES);
    }

    @Override
    StoredUsers stored(Map<String, String> database) throws SQLException {
        try (Connection connection = TestDatabase.connect(database)) {
            // PostgreSQL ends the statement that it was given last, commits too, before it sees that nobody is there
            // any more
            Await.until("nobody else is connected", () -> isAlone(connection));
            return StoredUsers.read(connection);
        }
    }

    private static boolean isAlone(Connection connection) {
        try (var statement = connection.createStatement();
                var others = statement.executeQuery("select 1 from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()")) {
            return !others.next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
