package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.CredentialVerifier.Proof;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** When a password is compared, and when what was proven before is enough. */
class TokenAuthenticatorTests {

    private static final Client CLIENT = new Client(Face.API, "192.0.2.1", "id");
    private static final Client ELSEWHERE = new Client(Face.API, "192.0.2.2", "id");
    private static final Password PASSWORD = Password.of("P@ssw0rd");
    private static final Credentials CREDENTIALS = new Credentials("user_1", PASSWORD);
    private static final Caller CALLER = new Caller("user_1", Set.of(), false, false, CLIENT);
    private static final Proof PROOF = new Proof(1, 1, Instant.EPOCH);
    private static final Proof NEWER = new Proof(1, 2, Instant.EPOCH);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WatchedCallers waiting = new WatchedCallers();
    private final VerifiedTokens tokens = new VerifiedTokens(waiting, registry);
    private final CredentialVerifier verifier = mock(CredentialVerifier.class);
    private final TokenAuthenticator authenticator = authenticator(true);

    @Test
    void authenticateWhenTheTokenWasVerifiedBeforeThenItsPasswordIsNotComparedAgain() {
        when(verifier.verify("user_1", PASSWORD, CLIENT)).thenReturn(Optional.of(PROOF));
        when(verifier.caller(PROOF, CLIENT)).thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);

        verify(verifier, times(1)).verify("user_1", PASSWORD, CLIENT);
        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("success hashed", 1.0, "success cached", 1.0));
    }

    @Test
    void authenticateWhenTheUserChangedSinceThenItsPasswordIsComparedAgain() {
        when(verifier.verify("user_1", PASSWORD, CLIENT))
                .thenReturn(Optional.of(PROOF))
                .thenReturn(Optional.of(NEWER))
                .thenReturn(Optional.empty());
        when(verifier.caller(PROOF, CLIENT)).thenReturn(Optional.of(CALLER)).thenReturn(Optional.empty());
        when(verifier.caller(NEWER, CLIENT)).thenReturn(Optional.of(CALLER)).thenReturn(Optional.empty());

        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).isEmpty();

        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("success hashed", 2.0, "refused hashed", 1.0));
    }

    @Test
    void authenticateWhenAnOldTokenIsRefusedThenIsNotRememberedAnyMore() {
        when(verifier.verify("user_1", PASSWORD, CLIENT))
                .thenReturn(Optional.of(PROOF))
                .thenReturn(Optional.empty());
        when(verifier.caller(PROOF, CLIENT))
                .thenReturn(Optional.of(CALLER))
                .thenReturn(Optional.empty())
                .thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).isEmpty();

        // Though the old proof would hold again
        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).isEmpty();
    }

    @Test
    void authenticateWhenTheUserChangesWhileItsPasswordIsComparedThenIsTriedAgain() {
        when(verifier.verify("user_1", PASSWORD, CLIENT))
                .thenReturn(Optional.of(PROOF))
                .thenReturn(Optional.of(PROOF))
                .thenReturn(Optional.of(NEWER));
        when(verifier.caller(PROOF, CLIENT)).thenReturn(Optional.empty());
        when(verifier.caller(NEWER, CLIENT)).thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);

        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("success hashed", 1.0));
    }

    @Test
    void authenticateWhenTheUserChangesEachTimeThenGivesUp() {
        when(verifier.verify("user_1", PASSWORD, CLIENT)).thenReturn(Optional.of(PROOF));
        when(verifier.caller(PROOF, CLIENT)).thenReturn(Optional.empty());

        assertThatThrownBy(() -> authenticator.authenticate(CREDENTIALS, CLIENT))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.OVERLOADED))
                .hasMessage("the user is being changed by others at the same time");

        verify(verifier, times(3)).verify("user_1", PASSWORD, CLIENT);
        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("overloaded none", 1.0));
    }

    @Test
    void authenticateWhenAnotherCallProvesTheTokenMeanwhileThenItsProofIsUsedAndKept() {
        String digest = tokens.digest(CREDENTIALS);
        tokens.prove(digest, "192.0.2.1", () -> Optional.of(PROOF));
        when(verifier.caller(PROOF, CLIENT)).thenAnswer(look -> {
            tokens.forget(digest, PROOF);
            tokens.prove(digest, "192.0.2.2", () -> Optional.of(NEWER));
            return Optional.empty();
        });
        when(verifier.caller(NEWER, CLIENT)).thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);

        assertThat(tokens.find(digest)).contains(NEWER);
        verify(verifier, never()).verify("user_1", PASSWORD, CLIENT);
    }

    @Test
    void authenticateWhenThePasswordWasWrongForAnotherCallThenItIsAFailureOfThisClientToo() throws Exception {
        var begun = new CountDownLatch(1);
        var first = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        when(verifier.verify("user_1", PASSWORD, CLIENT)).thenAnswer(call -> nothingAfter(second));
        when(verifier.verify("user_1", PASSWORD, ELSEWHERE)).thenAnswer(call -> nothingAfter(second));
        ExecutorService threads = Executors.newCachedThreadPool();
        threads.execute(() -> tokens.prove(tokens.digest(CREDENTIALS), "198.51.100.1", () -> {
            begun.countDown();
            return nothingAfter(first);
        }));
        begun.await();
        // One of them is verified next, the other one shares what comes of it
        Future<Optional<Caller>> here = threads.submit(() -> authenticator.authenticate(CREDENTIALS, CLIENT));
        Future<Optional<Caller>> elsewhere = threads.submit(() -> authenticator.authenticate(CREDENTIALS, ELSEWHERE));
        Await.until("both wait for the first", () -> waiting.begun() == 2);
        first.countDown();
        Await.until("one waits for the other", () -> waiting.begun() == 3);
        second.countDown();

        assertThat(here.get()).isEmpty();
        assertThat(elsewhere.get()).isEmpty();
        threads.shutdown();

        List<String> asked = mockingDetails(verifier).getInvocations().stream()
                .map(call -> call.getMethod().getName())
                .sorted()
                .toList();
        assertThat(asked).containsExactly("countFailureOfAnother", "verify");
        assertThat(mockingDetails(verifier).getInvocations().stream()
                        .map(call -> call.getRawArguments()[call.getRawArguments().length - 1]))
                .containsExactlyInAnyOrder(CLIENT, ELSEWHERE);
    }

    @Test
    void authenticateWhenAThrottledClientGuessesATokenThatIsKnownFromElsewhereThenIsRefused() {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many");
        when(verifier.verify("user_1", PASSWORD, CLIENT)).thenReturn(Optional.of(PROOF));
        when(verifier.caller(PROOF, CLIENT)).thenReturn(Optional.of(CALLER));
        doThrow(throttled).when(verifier).checkMayGuess("user_1", ELSEWHERE);

        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);

        assertThatThrownBy(() -> authenticator.authenticate(CREDENTIALS, ELSEWHERE))
                .isSameAs(throttled);
        assertThat(authenticator.authenticate(CREDENTIALS, CLIENT)).contains(CALLER);
        verify(verifier, never()).caller(PROOF, ELSEWHERE);
        verify(verifier, never()).checkMayGuess("user_1", CLIENT);
    }

    @Test
    void authenticateWhenATokenIsKnownFromElsewhereThenTheThrottleIsAskedOnceForEachNetwork() {
        when(verifier.verify("user_1", PASSWORD, CLIENT)).thenReturn(Optional.of(PROOF));
        when(verifier.caller(PROOF, CLIENT)).thenReturn(Optional.of(CALLER));
        when(verifier.caller(PROOF, ELSEWHERE)).thenReturn(Optional.of(CALLER));

        authenticator.authenticate(CREDENTIALS, CLIENT);
        for (int call = 0; call < 3; call++) {
            assertThat(authenticator.authenticate(CREDENTIALS, ELSEWHERE)).contains(CALLER);
        }

        verify(verifier, times(1)).checkMayGuess("user_1", ELSEWHERE);
        verify(verifier, times(1)).verify("user_1", PASSWORD, CLIENT);
    }

    @Test
    void authenticateWhenAThrottledClientGuessesATokenThatIsBeingVerifiedThenIsRefused() throws Exception {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many");
        doThrow(throttled).when(verifier).checkMayGuess("user_1", ELSEWHERE);
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        threads.execute(() -> tokens.prove(tokens.digest(CREDENTIALS), "192.0.2.1", () -> {
            begun.countDown();
            nothingAfter(end);
            return Optional.of(PROOF);
        }));
        begun.await();

        Future<Optional<Caller>> guess = threads.submit(() -> authenticator.authenticate(CREDENTIALS, ELSEWHERE));
        Await.until("the guess waits for the verification", () -> waiting.begun() == 1);
        end.countDown();

        assertThatThrownBy(guess::get).hasCause(throttled);
        verify(verifier, never()).caller(PROOF, ELSEWHERE);
        threads.shutdown();
    }

    @Test
    void authenticateWhenTheThrottleRefusesThenIsCountedAndPassedOn() {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many");
        when(verifier.verify("user_1", PASSWORD, CLIENT)).thenThrow(throttled);

        assertThatThrownBy(() -> authenticator.authenticate(CREDENTIALS, CLIENT))
                .isSameAs(throttled);

        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("throttled none", 1.0));
    }

    @Test
    void withoutTokenWhenAuthenticationIsOffThenEverybodyMayDoEverything() {
        assertThat(authenticator(false).withoutToken(CLIENT)).contains(Caller.unrestricted(CLIENT));
        assertThat(authenticator.withoutToken(CLIENT)).isEmpty();
        verifyNoInteractions(verifier);
    }

    private static Optional<Proof> nothingAfter(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return Optional.empty();
    }

    private TokenAuthenticator authenticator(boolean enabled) {
        return new TokenAuthenticator(new AuthenticationSettings(enabled), tokens, verifier, new LoginCounts(registry));
    }
}
