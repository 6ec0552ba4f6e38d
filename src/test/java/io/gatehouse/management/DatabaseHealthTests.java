package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.datasource.AbstractDataSource;

class DatabaseHealthTests {

    private enum State {
        ANSWERS,
        DOES_NOT_ANSWER,
        REFUSES
    }

    private final Database database = new Database();
    private final DatabaseHealth health = new DatabaseHealth(database);

    @Test
    void healthWhenTheDatabaseAnswersThenIsUpAndTheConnectionIsGivenBack() {
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        assertThat(database.open).hasValue(0);
    }

    @Test
    void healthWhenTheDatabaseDoesNotAnswerThenIsDownAndSaysNoMore() {
        for (State state : List.of(State.DOES_NOT_ANSWER, State.REFUSES)) {
            database.state = state;

            var down = new DatabaseHealth(database).health();

            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails()).isEmpty();
        }
    }

    @Test
    void healthWhenAskedOftenThenTheDatabaseIsAskedOnceASecond() {
        for (int i = 0; i < 1000; i++) {
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        }
        assertThat(database.asked).hasValue(1);

        database.state = State.REFUSES;
        Await.until(
                Duration.ofSeconds(10),
                "the answer is asked for again",
                () -> health.health().getStatus().equals(Status.DOWN));

        assertThat(database.asked).hasValue(2);
    }

    @Test
    void healthWhenManyAskAtOnceThenTheDatabaseIsAskedOnce() throws InterruptedException {
        database.answer = new CountDownLatch(1);
        var executor = Executors.newFixedThreadPool(4);
        try {
            var waiting = new CountDownLatch(4);
            var answered = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                executor.execute(() -> {
                    waiting.countDown();
                    health.health();
                    answered.countDown();
                });
            }
            waiting.await();
            // Time for the others to ask as well, were they not kept waiting
            assertThat(answered.await(100, TimeUnit.MILLISECONDS)).isFalse();

            database.answer.countDown();

            assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(database.asked).hasValue(1);
        } finally {
            executor.shutdownNow();
        }
    }

    /** Gives connections that do nothing but say whether they are valid. */
    private static final class Database extends AbstractDataSource {

        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();
        private volatile CountDownLatch answer = new CountDownLatch(0);
        private volatile State state = State.ANSWERS;

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
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("isValid")) {
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
}
