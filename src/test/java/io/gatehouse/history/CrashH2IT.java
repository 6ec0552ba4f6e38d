package io.gatehouse.history;

import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash")
class CrashH2IT extends CrashContract {

    private static final String FILE = "gatehouse.mv.db";

    @TempDir
    private Path copies = Path.of("");

    CrashH2IT() {
        super(TestDatabase.H2);
    }

    /** In a copy: opening the file would recover it, which is Gatehouse's to do. */
    @Override
    StoredUsers stored(Map<String, String> database) throws SQLException {
        Path directory = Path.of(Objects.requireNonNull(database.get("gatehouse.data-directory")));
        try {
            Files.copy(directory.resolve(FILE), copies.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String url = "jdbc:h2:file:" + copies.resolve("gatehouse") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            return StoredUsers.read(connection);
        }
    }
}
