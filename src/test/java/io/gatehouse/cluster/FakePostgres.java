package io.gatehouse.cluster;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What a listener needs of a PostgreSQL: it knows LISTEN and NOTIFY, and breaks when it is told to. Never waits long. */
final class FakePostgres implements Driver, AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final PGNotification[] NOTHING = {};
    private static final int SILENCE_MILLIS = 5;

    final String url = "jdbc:fake-postgres:" + NEXT.incrementAndGet();

    /** With what each connection was asked for. */
    final List<Properties> logins = new CopyOnWriteArrayList<>();

    /** The channels that are listened to. */
    final List<String> channels = new CopyOnWriteArrayList<>();

    final AtomicInteger open = new AtomicInteger();

    volatile boolean refuses;

    /** Whether a silent connection, asked whether it is still there, answers. */
    volatile boolean valid = true;

    /** How often it delivers nothing before it delivers what was notified. */
    final AtomicInteger silences = new AtomicInteger();

    /** Whether it takes NOTIFY and delivers nothing, as a pooler does that hands out its connections by transaction. */
    volatile boolean pooled;

    /** Whether a connection was ended without waiting for what it waits for. */
    volatile boolean aborted;

    private final BlockingQueue<PGNotification> notified = new LinkedBlockingQueue<>();
    private volatile boolean broken;

    FakePostgres() throws SQLException {
        DriverManager.registerDriver(this);
    }

    void notify(String channel, String payload) {
        notified.add(new Notification(channel, payload));
    }

    /** Breaks the connection that there is. */
    void cut() {
        broken = true;
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
    }

    @Override
    public @Nullable Connection connect(String asked, Properties properties) throws SQLException {
        if (!acceptsURL(asked)) {
            return null;
        }
        logins.add(properties);
        if (refuses) {
            throw new SQLException("refused", "08001");
        }
        channels.clear();
        broken = false;
        open.incrementAndGet();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class, PGConnection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "unwrap" -> proxy;
                    case "createStatement" -> statement();
                    case "getNotifications" -> notifications();
                    case "isValid" -> valid;
                    case "abort" -> {
                        aborted = true;
                        broken = true;
                        yield null;
                    }
                    case "close" -> {
                        open.decrementAndGet();
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Statement statement() {
        return (Statement) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, arguments) ->
                        method.getName().equals("execute") ? execute((String) arguments[0]) : null);
    }

    private boolean execute(String sql) {
        String[] words = sql.split(" ", -1);
        switch (words[0]) {
            case "listen" -> channels.add(words[1]);
            case "unlisten" -> channels.remove(words[1]);
            case "notify" -> {
                if (!pooled) {
                    notify(words[1], "");
                }
            }
            default -> throw new UnsupportedOperationException(sql);
        }
        return false;
    }

    private PGNotification[] notifications() throws SQLException {
        if (broken) {
            throw new SQLException("cut", "08006");
        }
        if (silences.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return NOTHING;
        }
        PGNotification next = next();
        return next == null || !channels.contains(next.getName()) ? NOTHING : new PGNotification[] {next};
    }

    private @Nullable PGNotification next() {
        try {
            return notified.poll(SILENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // A socket does not notice it
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public boolean acceptsURL(String asked) {
        return asked.equals(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String asked, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    private record Notification(String channel, String payload) implements PGNotification {

        @Override
        public String getName() {
            return channel;
        }

        @Override
        public int getPID() {
            return 1;
        }

        @Override
        public String getParameter() {
            return payload;
        }
    }
}
