package io.gatehouse.cluster;

import io.gatehouse.user.CurrentUsers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Hears what other replicas change, on a connection and a thread of its own, which waits for it. While it cannot hear, the database is asked on every call, unless
 * that does not answer either: then callers are known for {@code gatehouse.cluster.staleness} more.
 */
@Component
@ConditionalOnPostgres
@ConditionalOnWebApplication
class ChangeListener implements SmartLifecycle {

    /** What {@code pg_stat_activity} calls the connection. */
    static final String APPLICATION_NAME = "gatehouse-listener";

    private static final Logger log = LoggerFactory.getLogger(ChangeListener.class);

    /** How often a silent connection is asked whether it is still there. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** How long a notification to oneself may take, and an answer. */
    private static final Duration PROOF = Duration.ofSeconds(3);

    private static final int ANSWER_SECONDS = 1;
    private static final int LOGIN_SECONDS = 3;
    private static final Duration BEFORE_SECOND_QUESTION = Duration.ofMillis(500);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);

    private final JdbcConnectionDetails details;
    private final DataSource pool;
    private final CurrentUsers currentUsers;
    private volatile boolean listening;
    private boolean deafnessTold;
    private volatile boolean running;
    private volatile @Nullable Connection open;
    private volatile @Nullable Thread thread;
    private volatile CountDownLatch stopping = new CountDownLatch(1);

    ChangeListener(JdbcConnectionDetails details, DataSource pool, CurrentUsers currentUsers, MeterRegistry registry) {
        this.details = details;
        this.pool = pool;
        this.currentUsers = currentUsers;
        Gauge.builder("gatehouse.cluster.listening", () -> listening ? 1 : 0)
                .description("1 while changes of other replicas are heard of; else the database is asked on every call")
                .register(registry);
    }

    @Override
    public void start() {
        currentUsers.askEveryTime();
        running = true;
        stopping = new CountDownLatch(1);
        var hearing = new Thread(this::run, "change-listener");
        hearing.setDaemon(true);
        thread = hearing;
        hearing.start();
    }

    @Override
    public void stop() {
        running = false;
        stopping.countDown();
        Thread hearing = thread;
        try {
            Connection connection = open;
            if (connection != null) {
                // Ends the wait for the next notification; close() would wait for it
                connection.abort(Runnable::run);
            }
            if (hearing != null) {
                hearing.join();
            }
        } catch (SQLException e) {
            log.debug("the listener ends with its process", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the first call is taken, after the last one was answered. */
    @Override
    public int getPhase() {
        return 0;
    }

    private void run() {
        try {
            while (running) {
                try (Connection connection = connect()) {
                    listen(connection);
                } catch (SQLException e) {
                    if (running) {
                        deaf(e);
                    }
                } catch (RuntimeException | OutOfMemoryError e) {
                    if (running) {
                        currentUsers.askEveryTime();
                        deaf(new SQLException(e.toString(), e));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listening = false;
            if (running) {
                // Nobody will hear anything from now on
                currentUsers.askEveryTime();
            }
        }
    }

    private Connection connect() throws SQLException {
        var properties = new Properties();
        PGProperty.USER.set(properties, details.getUsername());
        PGProperty.PASSWORD.set(properties, details.getPassword());
        PGProperty.APPLICATION_NAME.set(properties, APPLICATION_NAME);
        PGProperty.LOGIN_TIMEOUT.set(properties, LOGIN_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        Connection connection = DriverManager.getConnection(details.getJdbcUrl(), properties);
        open = connection;
        return connection;
    }

    private void listen(Connection connection) throws SQLException {
        PGConnection notifications = connection.unwrap(PGConnection.class);
        try (Statement listen = connection.createStatement()) {
            listen.execute("listen " + ChangeNotifier.CHANNEL);
        }
        proveThatItHears(connection, notifications);
        // What was said up to here may have been missed
        currentUsers.remember();
        listening = true;
        if (deafnessTold) {
            deafnessTold = false;
            log.info("changes of other replicas are heard of again");
        }
        while (running) {
            PGNotification[] heard = notifications.getNotifications((int) HEARTBEAT.toMillis());
            for (PGNotification notification : heard) {
                changed(notification.getParameter());
            }
            if (heard.length == 0 && !connection.isValid(ANSWER_SECONDS)) {
                throw new SQLException("the connection is dead");
            }
        }
    }

    /** A pooler that hands out its connections by transaction takes a LISTEN and never delivers anything. */
    private static void proveThatItHears(Connection connection, PGConnection notifications) throws SQLException {
        String channel = "gatehouse_" + UUID.randomUUID().toString().replace("-", "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + channel);
            statement.execute("notify " + channel);
            long asked = System.nanoTime();
            while (!isAmong(notifications.getNotifications((int) HEARTBEAT.toMillis()), channel)) {
                if (System.nanoTime() - asked > PROOF.toNanos()) {
                    throw new SQLException("LISTEN is taken, and nothing is delivered: a pooler in transaction mode?");
                }
            }
            statement.execute("unlisten " + channel);
        }
    }

    private static boolean isAmong(PGNotification[] heard, String channel) {
        return Stream.of(heard).anyMatch(notification -> notification.getName().equals(channel));
    }

    private void changed(String userId) {
        if (userId.equals(ChangeNotifier.MANY)) {
            currentUsers.remember();
            return;
        }
        try {
            currentUsers.forget(Long.parseLong(userId));
        } catch (NumberFormatException e) {
            log.warn("a change was told in words of another version, so everything remembered is forgotten");
            currentUsers.remember();
        }
    }

    private void deaf(SQLException failure) throws InterruptedException {
        boolean lost = listening;
        if (databaseGoesOnAnswering()) {
            currentUsers.askEveryTime();
        }
        listening = false;
        if (!deafnessTold) {
            deafnessTold = true;
            log.warn(
                    "changes of other replicas are not heard of, so the database is asked on every call: {} (SQL state {})",
                    failure.getMessage(),
                    failure.getSQLState());
        }
        if (!lost) {
            pause(BEFORE_NEXT_TRY);
        }
    }

    /** Ends at once when this stops, without an interrupt, which could hit a question to the database. */
    private void pause(Duration time) throws InterruptedException {
        var unused = stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One that ends may have ended this connection first, and answers on those of the pool a moment longer. */
    private boolean databaseGoesOnAnswering() throws InterruptedException {
        if (!databaseAnswers()) {
            return false;
        }
        pause(BEFORE_SECOND_QUESTION);
        return databaseAnswers();
    }

    private boolean databaseAnswers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(ANSWER_SECONDS);
        } catch (SQLException e) {
            log.debug("the database does not answer", e);
            return false;
        }
    }
}
