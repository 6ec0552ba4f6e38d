package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeldRefusalsTests {

    private final HeldRefusals held = heldFor(Duration.ofMillis(100));

    @ParameterizedTest
    @EnumSource(names = {"TOO_MANY_ATTEMPTS", "OVERLOADED"})
    void holdWhenRefusedWithoutAHashThenAnswersNotBeforeTheTime(Problem reason) throws InterruptedException {
        var answered = new CountDownLatch(1);
        long began = System.nanoTime();

        boolean holds = held.hold(reason, () -> answered::countDown);

        assertThat(holds).isTrue();
        assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void holdWhenRefusedForAnotherReasonOrTurnedOffThenDoesNot() {
        assertThat(held.hold(Problem.UNAUTHENTICATED, HeldRefusalsTests::never)).isFalse();
        assertThat(held.hold(Problem.STORAGE_UNAVAILABLE, HeldRefusalsTests::never))
                .isFalse();
        assertThat(heldFor(Duration.ZERO).hold(Problem.TOO_MANY_ATTEMPTS, HeldRefusalsTests::never))
                .isFalse();
    }

    @Test
    void holdWhenTooManyAreHeldThenDoesNotUntilOneIsAnswered() throws InterruptedException {
        HeldRefusals slow = heldFor(Duration.ofSeconds(1));
        var answered = new CountDownLatch(1000);

        int holds = 0;
        while (slow.hold(Problem.TOO_MANY_ATTEMPTS, () -> answered::countDown)) {
            holds++;
        }

        assertThat(holds).isEqualTo(1000);
        assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(slow.hold(Problem.TOO_MANY_ATTEMPTS, () -> () -> {})).isTrue();
    }

    @Test
    void holdWhenACrowdIsHeldThenItIsNotAnsweredAsItCame() throws InterruptedException {
        List<Integer> came = IntStream.range(0, 100).boxed().toList();
        Queue<Integer> answered = new ConcurrentLinkedQueue<>();
        var all = new CountDownLatch(came.size());

        for (Integer guess : came) {
            held.hold(Problem.TOO_MANY_ATTEMPTS, () -> () -> {
                answered.add(guess);
                all.countDown();
            });
        }

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(answered).containsExactlyInAnyOrderElementsOf(came);
        assertThat(List.copyOf(answered)).isNotEqualTo(came);
    }

    @Test
    void holdWhenItCannotBeginThenKeepsNoPlace() {
        var calls = new AtomicInteger();
        for (int attempt = 0; attempt < 1001; attempt++) {
            assertThatThrownBy(() -> held.hold(Problem.TOO_MANY_ATTEMPTS, () -> {
                        calls.incrementAndGet();
                        throw new IllegalStateException("no asynchronous request");
                    }))
                    .hasMessage("no asynchronous request");
        }

        assertThat(calls).hasValue(1001);
    }

    @Test
    void holdWhenAnAnswerFailsThenTheNextOneIsSent() throws InterruptedException {
        var answered = new CountDownLatch(1);
        held.hold(Problem.TOO_MANY_ATTEMPTS, () -> () -> {
            throw new IllegalStateException("the connection is gone");
        });

        held.hold(Problem.TOO_MANY_ATTEMPTS, () -> answered::countDown);

        assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Runnable never() {
        throw new AssertionError("is not to be held back");
    }

    private static HeldRefusals heldFor(Duration time) {
        return new HeldRefusals(time);
    }
}
