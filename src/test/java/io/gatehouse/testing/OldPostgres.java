package io.gatehouse.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;

/** A real PostgreSQL 12, which is too old for Gatehouse. */
public final class OldPostgres implements AutoCloseable {

    private static final Path BINARIES = Path.of("target", "old-postgres.jar");

    private final EmbeddedPostgres server;

    private OldPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    public static OldPostgres start() {
        try (var jar = new JarFile(BINARIES.toFile());
                InputStream binaries = jar.getInputStream(jar.getEntry("postgres-linux-x86_64.txz"))) {
            return new OldPostgres(EmbeddedPostgres.builder()
                    .setPgBinaryResolver((system, machine) -> binaries)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings that make Gatehouse use it. */
    public Map<String, String> settings() {
        return Map.of(
                "spring.datasource.url",
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                "spring.datasource.username",
                "postgres");
    }

    /** The tables that somebody made. */
    public List<String> tables() throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var names = statement.executeQuery(
                        "select tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")) {
            while (names.next()) {
                tables.add(names.getString(1));
            }
        }
        return tables;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
