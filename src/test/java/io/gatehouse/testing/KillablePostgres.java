package io.gatehouse.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL of the test's own whose processes can be killed. It writes each commit to the disk, as it does by default. */
public final class KillablePostgres implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final Path directory;
    private final List<String> command;
    private @Nullable Process restarted;

    private KillablePostgres(EmbeddedPostgres server, Path directory) throws IOException {
        this.server = server;
        this.directory = directory;
        this.command = command(postmaster());
    }

    public static KillablePostgres start() {
        try {
            Path directory = Files.createTempDirectory("gatehouse-postgres-").resolve("data");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(directory)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            return new KillablePostgres(server, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings that make Gatehouse use it. */
    public Map<String, String> settings() {
        return Map.of("spring.datasource.url", url(), "spring.datasource.username", "postgres");
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "");
    }

    /** {@code kill -9} of all its processes. */
    public void kill() {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Await.until("PostgreSQL is gone", () -> !accepts());
    }

    /** {@code kill -9} of one process that serves a connection; PostgreSQL then ends all others and recovers. */
    public void killOneBackend(Random random) throws SQLException {
        List<Long> backends = new ArrayList<>();
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var found = statement.executeQuery("select pid from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()")) {
            while (found.next()) {
                backends.add(found.getLong(1));
            }
        }
        ProcessHandle.of(backends.get(random.nextInt(backends.size()))).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Starts it again after {@link #kill}. */
    public void restart() {
        try {
            restarted = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolveSibling("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has recovered and lets clients in. */
    public void awaitReady() {
        Await.until("PostgreSQL lets clients in", () -> {
            if (restarted != null && !restarted.isAlive()) {
                // It refuses to start as long as the system has not cleared away the process before it
                restart();
            }
            return accepts();
        });
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(directory.resolveSibling("log"));
            Files.deleteIfExists(directory.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean accepts() {
        try (Connection connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    private ProcessHandle postmaster() {
        try {
            String pid = Files.readAllLines(directory.resolve("postmaster.pid")).get(0);
            return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it was started: without root's rights, which PostgreSQL refuses to have. */
    private static List<String> command(ProcessHandle postmaster) {
        List<String> command = new ArrayList<>(LinuxUtils.isUnshareAvailable() ? List.of("unshare", "-U") : List.of());
        command.add(postmaster.info().command().orElseThrow());
        command.addAll(List.of(postmaster.info().arguments().orElseThrow()));
        return command;
    }
}
