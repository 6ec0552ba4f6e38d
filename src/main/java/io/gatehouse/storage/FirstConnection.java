package io.gatehouse.storage;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Opens the first connection of a start. It retries while PostgreSQL is starting, or is slow to answer on a busy machine. */
@Component
class FirstConnection {

    private static final Logger log = LoggerFactory.getLogger(FirstConnection.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final StartSettings settings;
    private final Environment environment;

    FirstConnection(StartSettings settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /**
     * Returns a connection as soon as the database gives one.
     *
     * @throws StorageException when it gives none in time, or when another attempt could not succeed either
     */
    Connection open(DataSource database) {
        // Spring interrupts a start that waits without limit when the process has to stop, and lets any other one end
        // first
        var stopped = new AtomicBoolean();
        var attempts = new FutureTask<>(() -> keepTrying(database, stopped));
        var thread = new Thread(attempts, "first-connection");
        thread.setDaemon(true);
        thread.start();
        try {
            return attempts.get();
        } catch (InterruptedException e) {
            // Not interrupted: it may be opening an embedded database
            stopped.set(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the start was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StorageException refused ? refused : new IllegalStateException(e.getCause());
        }
    }

    private Connection keepTrying(DataSource database, AtomicBoolean stopped) throws InterruptedException {
        long began = System.nanoTime();
        Duration nextLine = Duration.ZERO;
        while (true) {
            try {
                Connection connection = database.getConnection();
                if (!nextLine.isZero()) {
                    log.info("PostgreSQL answers after {} s", since(began).toSeconds());
                }
                DatabaseMetaData metadata = connection.getMetaData();
                log.info(
                        "the database is {} {} ({})",
                        metadata.getDatabaseProductName(),
                        metadata.getDatabaseProductVersion(),
                        DatabaseAddress.of(environment));
                return connection;
            } catch (SQLException e) {
                StorageException explained = StorageFailure.explain(e);
                Duration left = settings.startTimeout().minus(since(began));
                if (stopped.get() || !StorageFailure.mayPass(e) || left.isNegative() || left.isZero()) {
                    throw explained;
                }
                if (since(began).compareTo(nextLine) >= 0) {
                    log.warn(
                            "{} ({}): trying again for up to {} s (gatehouse.storage.start-timeout)",
                            explained.getMessage(),
                            DatabaseAddress.of(environment),
                            left.toSeconds());
                    nextLine = since(began).plus(BETWEEN_LINES);
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(PAUSE.toNanos(), left.toNanos()));
            }
        }
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
