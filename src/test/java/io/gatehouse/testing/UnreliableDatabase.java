package io.gatehouse.testing;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Gives connections that do nothing but say whether they are valid, when it is told to give any. */
public final class UnreliableDatabase extends AbstractDataSource {

    /** What comes of asking it. */
    public enum State {
        ANSWERS,
        /** Answers once more, as a server that is ending does. */
        ANSWERS_ONCE_MORE,
        DOES_NOT_ANSWER,
        REFUSES
    }

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private volatile CountDownLatch answer = new CountDownLatch(0);
    private volatile State state = State.ANSWERS;

    public void becomes(State next) {
        state = next;
    }

    /** Whoever asks from now on waits for the latch. */
    public void waitsFor(CountDownLatch latch) {
        answer = latch;
    }

    /** How often it was asked for a connection. */
    public int asked() {
        return asked.get();
    }

    /** How many connections were not given back. */
    public int open() {
        return open.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        asked.incrementAndGet();
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
        if (state == State.REFUSES) {
            throw new SQLException("inside");
        }
        open.incrementAndGet();
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isValid")) {
                        if (state == State.ANSWERS_ONCE_MORE) {
                            state = State.DOES_NOT_ANSWER;
                            return true;
                        }
                        return state == State.ANSWERS;
                    }
                    open.decrementAndGet();
                    return null;
                });
    }

    @Override
    public Connection getConnection(String userName, String password) throws SQLException {
        return getConnection();
    }
}
