package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.gatehouse.user.CredentialVerifier.Proof;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerifiedTokensTests {

    private final VerifiedTokens tokens = new VerifiedTokens(new SimpleMeterRegistry());

    @Test
    void digestWhenTokensDifferThenDiffers() {
        assertThat(List.of(digest("user_1", "P@ssw0rd"), digest("user_2", "P@ssw0rd"), digest("user_1", "P@ssw0rd1")))
                .doesNotHaveDuplicates()
                .allMatch(digest -> digest.matches("[0-9a-f]{64}"))
                .noneMatch(digest -> digest.contains("user"));
    }

    @Test
    void digestWhenTheKeyIsOfAnotherProcessThenDiffers() {
        var other = new VerifiedTokens(new SimpleMeterRegistry());

        assertThat(other.digest(new Credentials("user_1", Password.of("P@ssw0rd"))))
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
        var proof = new Proof(1, 1, Instant.EPOCH);

        Answers answers = both(Optional::empty, () -> Optional.of(proof));

        assertThat(answers.early().get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(answers.late().get(10, TimeUnit.SECONDS)).contains(proof);
        assertThat(tokens.find("digest")).contains(proof);
    }

    @Test
    void proveWhenAVerificationBegunEarlierSucceedsThenIsNotVerifiedAgain() throws Exception {
        var proof = new Proof(1, 1, Instant.EPOCH);

        Answers answers = both(() -> Optional.of(proof), () -> {
            throw new AssertionError("verified twice");
        });

        assertThat(answers.early().get(10, TimeUnit.SECONDS)).contains(proof);
        assertThat(answers.late().get(10, TimeUnit.SECONDS)).contains(proof);
    }

    @Test
    void proveWhenAVerificationBegunEarlierIsRefusedThenWhoWaitedIsRefusedInTheSameWords() throws Exception {
        var refused = new ProblemException(Problem.OVERLOADED, "too many");

        Answers answers = both(
                () -> {
                    throw refused;
                },
                () -> {
                    throw new AssertionError("verified twice");
                });

        assertThat(answers.early())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(refused);
        assertThat(answers.late())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(refused);
        assertThat(tokens.find("digest")).isEmpty();
    }

    @Test
    void proveWhenTheClientOfAVerificationBegunEarlierWentThenWhoWaitedVerifiesItself() throws Exception {
        var proof = new Proof(1, 1, Instant.EPOCH);
        var gone = new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout");

        Answers answers = both(
                () -> {
                    throw gone;
                },
                () -> Optional.of(proof));

        assertThat(answers.early())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(gone);
        assertThat(answers.late().get(10, TimeUnit.SECONDS)).contains(proof);
    }

    @Test
    void proveWhenTheLastVerificationFailedThenTheNextCallVerifiesAnew() {
        var proof = new Proof(1, 1, Instant.EPOCH);
        for (Throwable failure : List.of(new IllegalStateException("first"), new StackOverflowError("second"))) {
            assertThatThrownBy(() -> tokens.prove("digest", () -> sneak(failure)))
                    .isSameAs(failure);
        }

        assertThat(tokens.prove("digest", () -> Optional.of(proof))).contains(proof);
        assertThat(tokens.find("other")).isEmpty();
        tokens.forget("digest");
        assertThat(tokens.find("digest")).isEmpty();
    }

    private record Answers(Future<Optional<Proof>> early, Future<Optional<Proof>> late) {}

    /** Calls with one token, the later of which begins while the earlier one is being verified. */
    private Answers both(Supplier<Optional<Proof>> earlier, Supplier<Optional<Proof>> later) {
        var begun = new CountDownLatch(1);
        var ends = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Optional<Proof>> early = threads.submit(() -> tokens.prove("digest", () -> {
                begun.countDown();
                assertThat(await(ends)).isTrue();
                return earlier.get();
            }));
            assertThat(await(begun)).isTrue();
            var asking = new AtomicReference<Thread>();
            Future<Optional<Proof>> late = threads.submit(() -> {
                asking.set(Thread.currentThread());
                return tokens.prove("digest", later);
            });
            Await.until(Duration.ofSeconds(10), "the later call waits for the earlier one", () -> {
                Thread thread = asking.get();
                return thread != null && thread.getState() == Thread.State.WAITING;
            });
            ends.countDown();
            return new Answers(early, late);
        } finally {
            threads.shutdown();
        }
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
        return tokens.digest(new Credentials(userName, Password.of(password)));
    }
}
