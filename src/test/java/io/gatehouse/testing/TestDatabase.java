package io.gatehouse.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.function.SingletonSupplier;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The databases that Gatehouse runs on, both real. */
public enum TestDatabase {
    H2 {
        @Override
        Map<String, String> create() {
            try {
                return Map.of(
                        DATA_DIRECTORY,
                        Files.createTempDirectory("gatehouse-h2-").toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        Map<String, String> copyOf(Map<String, String> stopped) {
            Map<String, String> copy = create();
            try {
                FileSystemUtils.copyRecursively(directoryOf(stopped), directoryOf(copy));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return copy;
        }
    },

    POSTGRES {
        @Override
        Map<String, String> create() {
            return create("template1");
        }

        /** PostgreSQL itself waits a while for connections to the stopped one that are about to end. */
        @Override
        Map<String, String> copyOf(Map<String, String> stopped) {
            return create(nameOf(stopped));
        }

        private static Map<String, String> create(String template) {
            Server server = POSTGRES_SERVER.get();
            String database = "gatehouse_" + NEXT_DATABASE.incrementAndGet();
            execute(server, "create database " + database + " template " + template);
            return Map.of(
                    "spring.datasource.url", server.url(database),
                    "spring.datasource.username", server.userName(),
                    "spring.datasource.password", server.password());
        }
    };

    /** What {@link #started} copies: a start takes seconds, a copy milliseconds. */
    private static final Map<TestDatabase, Map<String, String>> STARTED = new ConcurrentHashMap<>();

    private static final String DATA_DIRECTORY = "gatehouse.data-directory";

    /** What was made since {@link #allWith} looked last. */
    private static final Queue<Map<String, String>> UNSEARCHED = new ConcurrentLinkedQueue<>();

    private static final List<Map<String, String>> LASTING = new CopyOnWriteArrayList<>();
    private static final AtomicInteger NEXT_DATABASE = new AtomicInteger();
    private static final Supplier<Server> POSTGRES_SERVER = SingletonSupplier.of(TestDatabase::startPostgres);

    /** The settings that make Gatehouse use a new, empty database of this kind, which a test class has for itself. */
    public Map<String, String> fresh() {
        return unsearched(create());
    }

    /** The same for a database that is used by more than one test class. */
    Map<String, String> lasting() {
        Map<String, String> database = create();
        LASTING.add(database);
        return database;
    }

    /** The settings of a new database of this kind on which Gatehouse was started once, and stopped again. */
    public Map<String, String> started() {
        return unsearched(copyOf(STARTED.computeIfAbsent(this, TestDatabase::startOnce)));
    }

    private static Map<String, String> unsearched(Map<String, String> database) {
        UNSEARCHED.add(database);
        return database;
    }

    abstract Map<String, String> create();

    /** A new database that holds what another one does, which nobody uses. */
    abstract Map<String, String> copyOf(Map<String, String> stopped);

    private static Map<String, String> startOnce(TestDatabase kind) {
        Map<String, String> database = kind.fresh();
        GatehouseServer.start(database).close();
        return database;
    }

    /** Makes a PostgreSQL database of {@link #fresh} refuse every connection, and ends those that there are. */
    public static void interrupt(Map<String, String> postgres) {
        String database = nameOf(postgres);
        execute(POSTGRES_SERVER.get(), "alter database " + database + " with allow_connections false");
        execute(
                POSTGRES_SERVER.get(),
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'");
    }

    /** Ends what {@link #interrupt} began. */
    public static void resume(Map<String, String> postgres) {
        execute(POSTGRES_SERVER.get(), "alter database " + nameOf(postgres) + " with allow_connections true");
    }

    /**
     * Which databases hold a marked password, and where: those that were made since this was asked last, and those that last. To
     * be asked after each test class, when the others have seen their last use.
     */
    static List<String> allWith(Canary canary) {
        List<Map<String, String>> databases = new ArrayList<>(LASTING);
        for (var made = UNSEARCHED.poll(); made != null; made = UNSEARCHED.poll()) {
            databases.add(made);
        }
        List<String> found = new ArrayList<>();
        Set<String> onPostgres = new HashSet<>();
        for (Map<String, String> database : databases) {
            if (database.containsKey(DATA_DIRECTORY)) {
                filesWith(canary, directoryOf(database)).forEach(file -> found.add("in " + file));
            } else {
                onPostgres.add(nameOf(database));
            }
        }
        if (!onPostgres.isEmpty()) {
            found.addAll(rowsWith(canary, POSTGRES_SERVER.get(), onPostgres));
        }
        return found;
    }

    /** The files of a directory that hold a marked password. */
    public static List<Path> filesWith(Canary canary, Path directory) {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !canary.in(bytes(file)).isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that a server removes while it is looked for holds nothing. */
    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> rowsWith(Canary canary, Server server, Set<String> databases) {
        List<String> found = new ArrayList<>();
        try (Connection postgres =
                        DriverManager.getConnection(server.url("postgres"), server.userName(), server.password());
                var statement = postgres.createStatement();
                ResultSet open = statement.executeQuery(
                        "select datname from pg_database where datname like 'gatehouse%' and datallowconn")) {
            while (open.next()) {
                String name = open.getString(1);
                if (!databases.contains(name)) {
                    continue;
                }
                try (Connection database =
                        DriverManager.getConnection(server.url(name), server.userName(), server.password())) {
                    DatabaseContents.rows(database).stream()
                            .filter(row -> !canary.in(row).isEmpty())
                            .forEach(row -> found.add("in database " + name + ": " + row));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    /** A connection of the test's own to a database of {@link #fresh}; one to H2 wants it for itself. */
    public static Connection connect(Map<String, String> database) throws SQLException {
        return database.containsKey(DATA_DIRECTORY)
                ? DriverManager.getConnection(
                        "jdbc:h2:file:%s/gatehouse;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"
                                .formatted(directoryOf(database)),
                        "sa",
                        "")
                : DriverManager.getConnection(
                        Objects.requireNonNull(database.get("spring.datasource.url")),
                        database.get("spring.datasource.username"),
                        database.get("spring.datasource.password"));
    }

    private static Path directoryOf(Map<String, String> h2) {
        return Path.of(Objects.requireNonNull(h2.get(DATA_DIRECTORY)));
    }

    private static String nameOf(Map<String, String> postgres) {
        String url = Objects.requireNonNull(postgres.get("spring.datasource.url"));
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static void execute(Server server, String sql) {
        try (Connection connection =
                        DriverManager.getConnection(server.url("postgres"), server.userName(), server.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Server(String address, String userName, String password) {

        String url(String database) {
            return "jdbc:postgresql://" + address + "/" + database;
        }
    }

    private static Server startPostgres() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return startEmbedded("no Docker engine");
        }
        try {
            return startContainer();
        } catch (ContainerFetchException e) {
            return startEmbedded("no image for the Docker engine: " + e.getMessage());
        }
    }

    @SuppressWarnings("resource") // lives as long as the tests; Testcontainers' reaper removes it
    private static Server startContainer() {
        var container = new PostgreSQLContainer("postgres:17");
        container.start();
        announce("Testcontainers");
        return new Server(
                container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                container.getUsername(),
                container.getPassword());
    }

    private static Server startEmbedded(String why) {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "300")
                    .start();
            demandPasswords(postgres);
            announce("embedded PostgreSQL, because there is " + why);
            return new Server("localhost:" + postgres.getPort(), "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a server elsewhere does, for this one lets everybody in who comes from its own machine; but cheap: connections are many. */
    private static void demandPasswords(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("set scram_iterations = 1");
            statement.execute("alter role postgres password 'postgres'");
            statement.execute("""
                    do $$ begin execute format('copy (select %L) to %L',
                        'host all all all scram-sha-256', current_setting('hba_file')); end $$""");
            statement.execute("select pg_reload_conf()");
        }
    }

    private static void announce(String how) {
        System.out.println("PostgreSQL for the tests: " + how);
    }
}
