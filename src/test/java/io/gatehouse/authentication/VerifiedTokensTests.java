package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.authentication.VerifiedTokens.Verdict;
import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.gatehouse.user.UserVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerifiedTokensTests {

    private static final String HERE = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";
    private static final Proof PROOF = new Proof("user_1", new UserVersion(1, 1, Instant.EPOCH));
    private static final Proof NEWER = new Proof("user_1", new UserVersion(1, 2, Instant.EPOCH));

    private final WatchedCallers waiting = new WatchedCallers();
    private final VerifiedTokens tokens = new VerifiedTokens(waiting, new SimpleMeterRegistry());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int calls;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void digestWhenTokensDifferThenDiffers() {
        assertThat(List.of(digest("user_1", "P@ssw0rd"), digest("user_2", "P@ssw0rd"), digest("user_1", "P@ssw0rd1")))
                .doesNotHaveDuplicates()
                .allMatch(digest -> digest.matches("[0-9a-f]{64}"))
                .noneMatch(digest -> digest.contains("user"));
    }

    @Test
    void digestWhenTheKeyIsOfAnotherProcessThenDiffers() {
        var other = new VerifiedTokens(new WaitingCallers(), new SimpleMeterRegistry());

        assertThat(other.digest(new UserPassword("user_1", Password.of("P@ssw0rd"))))
                .isNotEqualTo(digest("user_1", "P@ssw0rd"));
    }

    @Test
    void digestWhenManyThreadsAskAtOnceThenIsOneForEachToken() {
        List<String> oneByOne = IntStream.range(0, 10_000)
                .mapToObj(n -> digest("user_" + n % 100, "P@ssw0rd"))
                .toList();

        List<String> atOnce = IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(n -> digest("user_" + n % 100, "P@ssw0rd"))
                .toList();

        assertThat(atOnce).isEqualTo(oneByOne);
        assertThat(oneByOne.stream().distinct()).hasSize(100);
    }

    @Test
    void proveWhenAVerificationBegunEarlierFindsNothingThenAsksOnceMore() throws Exception {
        Answers answers = both(Optional::empty, () -> Optional.of(PROOF));

        assertThat(answers.early().get(10, TimeUnit.SECONDS)).isEqualTo(new Verdict(Optional.empty(), false));
        assertThat(answers.late().get(10, TimeUnit.SECONDS)).isEqualTo(new Verdict(Optional.of(PROOF), false));
        assertThat(tokens.find("digest")).contains(PROOF);
    }

    @Test
    void proveWhenAVerificationBegunEarlierSucceedsThenIsNotVerifiedAgain() throws Exception {
        Answers answers = both(() -> Optional.of(PROOF), VerifiedTokensTests::verifiedTwice);

        assertThat(answers.early().get(10, TimeUnit.SECONDS)).isEqualTo(new Verdict(Optional.of(PROOF), false));
        assertThat(answers.late().get(10, TimeUnit.SECONDS)).isEqualTo(new Verdict(Optional.of(PROOF), true));
    }

    /** For what is wrong with its caller: the address, the place in the queue, the client. */
    @ParameterizedTest
    @EnumSource(names = {"TOO_MANY_ATTEMPTS", "OVERLOADED", "REQUEST_TIMEOUT"})
    void proveWhenAVerificationBegunEarlierIsRefusedThenWhoWaitedVerifiesItself(Problem reason) throws Exception {
        var refused = new ProblemException(reason, "refused");

        Answers answers = both(
                () -> {
                    throw refused;
                },
                () -> Optional.of(PROOF));

        assertThat(answers.early())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(refused);
        assertThat(answers.late().get(10, TimeUnit.SECONDS)).isEqualTo(new Verdict(Optional.of(PROOF), false));
    }

    @Test
    void proveWhenTheDatabaseIsAwayThenWhoWaitedIsRefusedInTheSameWords() throws Exception {
        var refused = ProblemException.storageUnavailable(new IllegalStateException("away"));

        Answers answers = both(
                () -> {
                    throw refused;
                },
                VerifiedTokensTests::verifiedTwice);

        assertThat(answers.late())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(refused);
        assertThat(tokens.find("digest")).isEmpty();
    }

    @Test
    void proveWhenTwoOthersAreRefusedThenIsVerifiedWithoutWaitingForAThird() throws Exception {
        var refused = new ProblemException(Problem.OVERLOADED, "refused");
        Running first = begin("digest", HERE);
        // Whoever of them comes first begins the second verification, for which the others wait
        List<Running> others = IntStream.range(0, 3)
                .mapToObj(any -> begin("digest", ELSEWHERE))
                .toList();
        awaitWaiting(3);

        first.end(refused);
        Running second = awaitBegun(others);
        awaitWaits(5);
        second.end(refused);

        List<Running> last =
                others.stream().filter(running -> running != second).toList();
        assertThat(last).allSatisfy(running -> assertThat(running.hasBegun()).isTrue());
        last.forEach(running -> running.end(PROOF));
        assertThat(last)
                .allSatisfy(running -> assertThat(running.verdict()).isEqualTo(new Verdict(Optional.of(PROOF), false)));
    }

    @Test
    void proveWhenTheSecondVerificationFindsNothingThenItsOutcomeIsSharedAndSaysSo() {
        Running first = begin("digest", HERE);
        List<Running> others = IntStream.range(0, 3)
                .mapToObj(any -> begin("digest", ELSEWHERE))
                .toList();
        awaitWaiting(3);

        first.end();
        Running second = awaitBegun(others);
        awaitWaits(5);
        second.end();

        assertThat(others)
                .extracting(Running::verdict)
                .hasSize(3)
                .containsOnlyOnce(new Verdict(Optional.empty(), false));
        assertThat(others).extracting(Running::verdict).contains(new Verdict(Optional.empty(), true));
    }

    @Test
    void proveWhenManyOfANetworkWaitThenFurtherOnesAreRefusedAndOtherNetworksWait() {
        Running first = begin("digest", HERE);
        List<Running> others = IntStream.range(0, WaitingCallers.MOST_OF_A_NETWORK)
                .mapToObj(any -> begin("digest", HERE))
                .toList();
        awaitWaiting(WaitingCallers.MOST_OF_A_NETWORK);

        assertOverloaded(begin("digest", HERE));
        Running other = begin("digest", ELSEWHERE);
        awaitWaiting(WaitingCallers.MOST_OF_A_NETWORK + 1);
        first.end(PROOF);

        assertThat(other.verdict()).isEqualTo(new Verdict(Optional.of(PROOF), true));
        assertThat(others).extracting(Running::verdict).containsOnly(new Verdict(Optional.of(PROOF), true));
        awaitWaiting(0);
    }

    @Test
    void proveWhenAllPlacesAreTakenThenANewNetworkGetsThatOfTheOldestOfTheBiggest() {
        Running first = begin("digest", "nobody's");
        Running oldest = begin("digest", HERE);
        awaitWaiting(1);
        for (int place = 1; place < WaitingCallers.MOST; place++) {
            begin("digest", place < WaitingCallers.MOST_OF_A_NETWORK ? HERE : ELSEWHERE);
        }
        awaitWaiting(WaitingCallers.MOST);

        Running newcomer = begin("digest", "198.51.100.1");

        assertOverloaded(oldest);
        assertThat(waiting.count()).isEqualTo(WaitingCallers.MOST);
        first.end(PROOF);
        assertThat(newcomer.verdict()).isEqualTo(new Verdict(Optional.of(PROOF), true));
        awaitWaiting(0);
    }

    @Test
    void proveWhenAllPlacesAreTakenThenTheBiggestNetworkIsRefusedItself() {
        Running first = begin("digest", "nobody's");
        for (int place = 0; place < WaitingCallers.MOST; place++) {
            begin("digest", place % 2 == 0 ? HERE : ELSEWHERE);
        }
        awaitWaiting(WaitingCallers.MOST);

        assertOverloaded(begin("digest", HERE));

        assertThat(waiting.count()).isEqualTo(WaitingCallers.MOST);
        first.end(PROOF);
        awaitWaiting(0);
    }

    @Test
    void proveWhenProvenSinceItWasLookedForThenIsNotVerifiedAgain() {
        tokens.prove("digest", HERE, () -> Optional.of(PROOF));

        assertThat(tokens.prove("digest", HERE, VerifiedTokensTests::verifiedTwice))
                .isEqualTo(new Verdict(Optional.of(PROOF), true));
    }

    @Test
    void forgetWhenANewerProofWasMadeMeanwhileThenThatOneStays() {
        tokens.prove("digest", HERE, () -> Optional.of(NEWER));

        tokens.forget("digest", PROOF);

        assertThat(tokens.find("digest")).contains(NEWER);
    }

    @Test
    void proveWhenTheLastVerificationFailedThenTheNextCallVerifiesAnew() {
        for (Throwable failure : List.of(new IllegalStateException("first"), new StackOverflowError("second"))) {
            assertThatThrownBy(() -> tokens.prove("digest", HERE, () -> sneak(failure)))
                    .isSameAs(failure);
        }

        assertThat(tokens.prove("digest", HERE, () -> Optional.of(PROOF)))
                .isEqualTo(new Verdict(Optional.of(PROOF), false));
        assertThat(tokens.find("other")).isEmpty();
        tokens.forget("digest", PROOF);
        assertThat(tokens.find("digest")).isEmpty();
    }

    private record Answers(Future<Verdict> early, Future<Verdict> late) {}

    /** Calls with one token, the later of which begins while the earlier one is being verified. */
    private Answers both(Supplier<Optional<Proof>> earlier, Supplier<Optional<Proof>> later) {
        var begun = new CountDownLatch(1);
        var ends = new CountDownLatch(1);
        Future<Verdict> early = threads.submit(() -> tokens.prove("digest", HERE, () -> {
            begun.countDown();
            assertThat(await(ends)).isTrue();
            return earlier.get();
        }));
        assertThat(await(begun)).isTrue();
        Future<Verdict> late = threads.submit(() -> tokens.prove("digest", ELSEWHERE, later));
        awaitWaiting(1);
        ends.countDown();
        return new Answers(early, late);
    }

    /** A call whose verification, if it comes to one, ends when told. */
    private final class Running {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<Optional<Proof>> found = new CompletableFuture<>();
        private final Future<Verdict> verdict;

        Running(String digest, String network) {
            verdict = threads.submit(() -> tokens.prove(digest, network, this::verify));
        }

        private Optional<Proof> verify() {
            begun.countDown();
            try {
                return found.join();
            } catch (CompletionException e) {
                throw (ProblemException) e.getCause();
            }
        }

        boolean isVerified() {
            return begun.getCount() == 0;
        }

        boolean hasBegun() {
            return await(begun);
        }

        void end() {
            found.complete(Optional.empty());
        }

        void end(Proof proof) {
            found.complete(Optional.of(proof));
        }

        void end(ProblemException refusal) {
            found.completeExceptionally(refusal);
        }

        Verdict verdict() {
            try {
                return verdict.get(10, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The first call of a token is verified when this returns. */
    private Running begin(String digest, String network) {
        boolean isFirst = calls++ == 0;
        var running = new Running(digest, network);
        assertThat(!isFirst || running.hasBegun()).isTrue();
        return running;
    }

    private static Running awaitBegun(List<Running> calls) {
        Await.until("one is verified", () -> calls.stream().anyMatch(Running::isVerified));
        return calls.stream().filter(Running::isVerified).findFirst().orElseThrow();
    }

    private void awaitWaiting(int number) {
        Await.until(number + " wait", () -> waiting.count() == number);
    }

    /** How often any of them began to wait. */
    private void awaitWaits(int number) {
        Await.until(number + " waits began", () -> waiting.begun() == number);
    }

    private static void assertOverloaded(Running call) {
        assertThat(call.verdict)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.OVERLOADED);
                    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(1));
                })
                .withMessage("too many passwords are being checked");
    }

    private static Optional<Proof> verifiedTwice() {
        throw new AssertionError("verified twice");
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> Optional<Proof> sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String digest(String userName, String password) {
        return tokens.digest(new UserPassword(userName, Password.of(password)));
    }
}
