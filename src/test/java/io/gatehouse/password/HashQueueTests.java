package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.password.HashQueue.Refusal;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and who gets no place. One thread hashes, and is kept busy while the others come. */
class HashQueueTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final BooleanSupplier HERE = new AtomicBoolean()::get;
    private static final BooleanSupplier GONE = new AtomicBoolean(true)::get;

    private final AtomicLong clock = new AtomicLong();
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final List<Future<Boolean>> begun = new ArrayList<>();
    private final List<Future<String>> submitted = new ArrayList<>();
    private final List<HashQueue> queues = new ArrayList<>();

    @AfterEach
    void stop() {
        busy.countDown();
        queues.forEach(HashQueue::close);
        clients.shutdown();
    }

    @Test
    void runWhenNetworksWaitThenTheyTakeTurnsAndWhoAsksForLessGoesFirst() throws Exception {
        HashQueue queue = busyQueue(100, 40);
        submit(queue, network("a"), "a1", "a2", "a3", "a4");
        submit(queue, network("b"), "b1", "b2", "b3");
        submit(queue, network("c"), "c1");

        serve();

        assertThat(served).containsExactly("c1", "b1", "a1", "b2", "a2", "b3", "a3", "a4");
    }

    @Test
    void runWhenANetworkFailedLatelyThenOthersGoFirst() throws Exception {
        HashQueue queue = queue(100, 40, LONG);
        fail(queue, network("guesser"), 5);
        keepBusy(queue);
        submit(queue, network("guesser"), "guess");
        submit(queue, network("other"), "1", "2", "3");

        serve();

        assertThat(served).containsExactly("1", "2", "3", "guess");
    }

    @Test
    void runWhenItIsLongAgoThatANetworkFailedThenWhoComesFirstGoesFirst() throws Exception {
        HashQueue queue = queue(100, 40, LONG);
        fail(queue, network("guesser"), 5);
        clock.addAndGet(HashQueue.HALF_LIFE.multipliedBy(10).toNanos());
        keepBusy(queue);
        submit(queue, network("guesser"), "guess");
        submit(queue, network("other"), "other");

        serve();

        assertThat(served).containsExactly("guess", "other");
    }

    @Test
    void runWhenHalfOfItIsForgottenThenTheRestCounts() throws Exception {
        HashQueue queue = queue(100, 40, LONG);
        fail(queue, network("long ago"), 6);
        clock.addAndGet(HashQueue.HALF_LIFE.multipliedBy(2).toNanos());
        fail(queue, network("now"), 2);
        keepBusy(queue);
        submit(queue, network("now"), "now");
        submit(queue, network("long ago"), "long ago");

        serve();

        assertThat(served).containsExactly("long ago", "now");
    }

    @Test
    void runWhenTheLoginsOfANetworkWereGoodThenTheyDoNotCount() throws Exception {
        HashQueue queue = queue(100, 40, LONG);
        for (int login = 0; login < 5; login++) {
            fail(queue, network("good"), 1);
            queue.giveBack(network("good"));
        }
        fail(queue, network("guesser"), 1);
        keepBusy(queue);
        submit(queue, network("guesser"), "guess");
        submit(queue, network("good"), "good");

        serve();

        assertThat(served).containsExactly("good", "guess");
    }

    @Test
    void runWhenAUserIsKnownThenGoesBeforeStrangersThoughItsNetworkFailed() throws Exception {
        HashQueue queue = queue(100, 40, LONG);
        fail(queue, network("shared"), 50);
        fail(queue, user("user_1"), 3);
        keepBusy(queue);
        submit(queue, network("fresh 1"), "fresh 1");
        submit(queue, network("fresh 2"), "fresh 2");
        submit(queue, network("shared"), "guess");
        submit(queue, user("user_1"), "known");

        serve();

        assertThat(served).containsExactly("known", "fresh 1", "fresh 2", "guess");
    }

    @Test
    void runWhenAKnownUserFloodsThenStrangersHaveTheirTurnToo() throws Exception {
        HashQueue queue = queue(100, 40, LONG);
        fail(queue, user("user_1"), HashQueue.FREE_FOR_KNOWN + 2);
        queue.giveBack(user("user_1"));
        keepBusy(queue);
        submit(queue, user("user_1"), "known 1", "known 2");
        submit(queue, network("fresh"), "fresh 1", "fresh 2", "fresh 3");

        serve();

        assertThat(served).containsExactly("fresh 1", "fresh 2", "known 1", "fresh 3", "known 2");
    }

    @Test
    void runWhenANetworkHasItsPlacesThenIsRefusedAndOthersAreNot() throws Exception {
        HashQueue queue = busyQueue(100, 2);
        List<Future<String>> flood = submit(queue, network("a"), "a1", "a2", "a3");
        List<Future<String>> other = submit(queue, network("b"), "b1");

        assertRefused(flood.get(2), Problem.OVERLOADED, "too many passwords are being checked");
        serve();

        assertThat(flood.get(0)).succeedsWithin(LONG);
        assertThat(other.get(0)).succeedsWithin(LONG);
        assertThat(queue.refused(Refusal.SHARE)).isEqualTo(1);
    }

    @Test
    void runWhenAllPlacesAreTakenThenANewcomerGetsTheLastOfWhoHasTheMost() throws Exception {
        HashQueue queue = busyQueue(5, 4);
        List<Future<String>> most = submit(queue, network("a"), "a1", "a2", "a3");
        submit(queue, network("b"), "b1", "b2");

        submit(queue, network("newcomer"), "new");

        assertRefused(most.get(2), Problem.OVERLOADED, "too many passwords are being checked");
        assertThat(queue.queued()).isEqualTo(5);
        assertThat(queue.free()).isZero();
        assertThat(queue.refused(Refusal.FULL)).isEqualTo(1);
        serve();
        assertThat(served).containsExactly("new", "a1", "b1", "a2", "b2");
    }

    @Test
    void runWhenAllPlacesAreTakenByThoseWithLessThenIsRefusedItself() throws Exception {
        HashQueue queue = busyQueue(2, 2);
        submit(queue, network("a"), "a1");
        submit(queue, network("b"), "b1");

        List<Future<String>> more = submit(queue, network("a"), "a2");

        assertRefused(more.get(0), Problem.OVERLOADED, "too many passwords are being checked");
        serve();
        assertThat(served).containsExactly("a1", "b1");
    }

    @Test
    void runWhenManyMoreGuessThanThereArePlacesThenAStrangerFromElsewhereIsNext() throws Exception {
        HashQueue queue = queue(20, 8, LONG);
        for (int network = 0; network < 16; network++) {
            fail(queue, network("guesser " + network), 1);
        }
        keepBusy(queue);
        for (int round = 0; round < 3; round++) {
            for (int network = 0; network < 16; network++) {
                submit(queue, network("guesser " + network), "guess");
            }
        }

        submit(queue, network("elsewhere"), "login");
        serve();

        assertThat(served).hasSize(20).startsWith("login");
        assertThat(queue.refused(Refusal.FULL)).isEqualTo(29);
    }

    @Test
    void runWhenTheClientWentWhileItWaitedThenIsNotHashed() throws Exception {
        HashQueue queue = busyQueue(100, 40);
        List<Future<String>> gone = submit(queue, Requester.network("a", GONE), "gone");
        submit(queue, network("b"), "here");

        serve();

        assertRefused(gone.get(0), Problem.REQUEST_TIMEOUT, "request timeout");
        assertThat(served).containsExactly("here");
        assertThat(queue.refused(Refusal.GONE)).isEqualTo(1);
    }

    @Test
    void runWhenAThreadIsFreeThenIsHashedThoughTheClientClosedItsDirection() throws Exception {
        HashQueue queue = queue(100, 40, LONG);

        assertThat(queue.run(Requester.network("a", GONE), () -> "hashed")).isEqualTo("hashed");
    }

    @Test
    void runWhenItsTurnDoesNotComeInTimeThenIsRefused() throws Exception {
        HashQueue queue = queue(100, 40, Duration.ofMillis(500));
        keepBusy(queue);

        assertThatThrownBy(() -> queue.run(network("a"), () -> served.add("late")))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(Problem.OVERLOADED));

        assertThat(queue.refused(Refusal.WAITED)).isEqualTo(1);
        busy.countDown();
        // What has begun takes as long as it takes
        assertThat(begun).singleElement().satisfies(one -> assertThat(one).succeedsWithin(LONG));
        assertThat(served).isEmpty();
    }

    @Test
    void runWhenWhoWaitsIsInterruptedThenItsPlaceIsFreeAndNothingIsHashed() throws Exception {
        HashQueue queue = busyQueue(100, 40);
        List<Future<String>> interrupted = submit(queue, network("a"), "a1");

        interrupted.get(0).cancel(true);
        awaitThat(() -> queue.queued() == 0);
        submit(queue, network("b"), "b1");
        serve();

        assertThat(served).containsExactly("b1");
    }

    @Test
    void closeWhenSomebodyWaitsThenIsRefused() throws Exception {
        HashQueue queue = busyQueue(100, 40);
        List<Future<String>> waiting = submit(queue, network("a"), "a1", "a2");

        queue.close();

        assertRefused(waiting.get(0), Problem.OVERLOADED, "too many passwords are being checked");
        assertRefused(waiting.get(1), Problem.OVERLOADED, "too many passwords are being checked");
        assertThat(queue.queued()).isZero();
    }

    @Test
    void runWhenThereAreThreeThreadsThenThreeAreServedAtOnce() throws Exception {
        HashQueue queue = keep(new HashQueue(3, 1, 1, LONG, clock::get));
        for (int thread = 0; thread < 3; thread++) {
            keepBusy(queue);
        }
        submit(queue, network("a"), "a1");
        List<Future<String>> refused = submit(queue, network("a"), "a2");

        assertThat(queue.running()).isEqualTo(3);
        assertRefused(refused.get(0), Problem.OVERLOADED, "too many passwords are being checked");
        serve();
        assertThat(served).containsExactly("a1");
        assertThat(begun).hasSize(3).allSatisfy(one -> assertThat(one).succeedsWithin(LONG));
    }

    @Test
    void sharesWhenAMillionNetworksCameThenAreBounded() {
        HashQueue queue = queue(100, 40, LONG);

        for (int network = 0; network < 1_000_000; network++) {
            queue.giveBack(network("network " + network));
        }

        assertThat(queue.shares()).isLessThanOrEqualTo(100_000);
    }

    private static Requester network(String name) {
        return Requester.network(name, HERE);
    }

    private static Requester user(String name) {
        return Requester.user(name, HERE);
    }

    private HashQueue queue(int places, int placesOfOne, Duration longestWait) {
        return keep(new HashQueue(1, places, placesOfOne, longestWait, clock::get));
    }

    private HashQueue busyQueue(int places, int placesOfOne) {
        HashQueue queue = queue(places, placesOfOne, LONG);
        keepBusy(queue);
        return queue;
    }

    private HashQueue keep(HashQueue queue) {
        queues.add(queue);
        return queue;
    }

    /** Takes a thread until {@link #serve}. */
    private void keepBusy(HashQueue queue) {
        var entered = new CountDownLatch(1);
        begun.add(clients.submit(() -> queue.run(Requester.SERVER, () -> {
            entered.countDown();
            return busy.await(LONG.toSeconds(), TimeUnit.SECONDS);
        })));
        awaitThat(() -> entered.getCount() == 0);
    }

    private static void fail(HashQueue queue, Requester requester, int times)
            throws InterruptedException, ExecutionException {
        for (int time = 0; time < times; time++) {
            queue.run(requester, () -> true);
        }
    }

    /** Asks for work, one after the other; it has a place or was refused when this returns. */
    private List<Future<String>> submit(HashQueue queue, Requester requester, String... names) {
        return Arrays.stream(names)
                .map(name -> {
                    long before = arrived(queue);
                    Future<String> result = clients.submit(() -> queue.run(requester, () -> {
                        served.add(name);
                        return name;
                    }));
                    awaitThat(() -> arrived(queue) == before + 1);
                    submitted.add(result);
                    return result;
                })
                .toList();
    }

    private static long arrived(HashQueue queue) {
        return queue.queued()
                + Arrays.stream(Refusal.values()).mapToLong(queue::refused).sum();
    }

    /** Lets the thread go on until everybody has an answer. */
    private void serve() {
        busy.countDown();
        awaitThat(() -> submitted.stream().allMatch(Future::isDone));
    }

    private static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(Future<String> refused, Problem problem, String text) {
        assertThatThrownBy(() -> refused.get(LONG.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(ProblemException.class)
                .cause()
                .hasMessage(text)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }
}
