package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.UnreliableDatabase;
import io.gatehouse.testing.UnreliableDatabase.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class DatabaseHealthTests {

    private final UnreliableDatabase database = new UnreliableDatabase();
    private final StoppedClock clock = new StoppedClock();
    private final DatabaseHealth health = new DatabaseHealth(database, clock);

    @Test
    void healthWhenTheDatabaseAnswersThenIsUpAndTheConnectionIsGivenBack() {
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        assertThat(database.open()).isZero();
    }

    @Test
    void healthWhenTheDatabaseDoesNotAnswerThenIsDownAndSaysNoMore() {
        for (State state : List.of(State.DOES_NOT_ANSWER, State.REFUSES)) {
            database.becomes(state);

            var down = new DatabaseHealth(database, clock).health();

            assertThat(down.getStatus()).isEqualTo(Status.DOWN);
            assertThat(down.getDetails()).isEmpty();
        }
    }

    @Test
    void healthWhenAskedOftenThenTheDatabaseIsAskedOnceASecond() {
        for (int i = 0; i < 1000; i++) {
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        }
        assertThat(database.asked()).isEqualTo(1);

        database.becomes(State.REFUSES);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        clock.pass(Duration.ofMillis(1001));
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);

        assertThat(database.asked()).isEqualTo(2);
    }

    @Test
    void healthWhenManyAskAtOnceThenTheDatabaseIsAskedOnce() throws InterruptedException {
        var answer = new CountDownLatch(1);
        database.waitsFor(answer);
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

            answer.countDown();

            assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(database.asked()).isEqualTo(1);
        } finally {
            executor.shutdownNow();
        }
    }
}
