package io.gatehouse.authentication;

import static io.gatehouse.authentication.Logins.proven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.authentication.Login.Outcome;
import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.OperationEnded;
import io.gatehouse.caller.ToldOperations;
import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.gatehouse.throttle.LoginThrottle;
import io.gatehouse.throttle.Throttles;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.UserVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.mockito.invocation.Invocation;

/** When a password is compared, and when what was proven before is enough. */
class TokenAuthenticatorTests {

    private static final Client CLIENT = new Client(Face.API, "192.0.2.1", "id");
    private static final Client ELSEWHERE = new Client(Face.API, "192.0.2.2", "id");
    private static final Token TOKEN = new UserPassword("user_1", Password.of("P@ssw0rd"));
    private static final Caller CALLER = new ProvenUser("user_1", Set.of(), false, false, CLIENT);
    private static final Proof PROOF = new Proof("user_1", new UserVersion(1, 1, Instant.EPOCH));
    private static final Proof NEWER = new Proof("user_1", new UserVersion(1, 2, Instant.EPOCH));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WatchedCallers waiting = new WatchedCallers();
    private final VerifiedTokens tokens = new VerifiedTokens(waiting, registry);
    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final LoginThrottle throttle = spy(Throttles.byDefault());
    private final Login login = Logins.refusing();
    private final CredentialVerifier verifier = mock(CredentialVerifier.class);
    private final TokenAuthenticator authenticator = authenticator(true);

    @Test
    void authenticateWhenTheTokenWasVerifiedBeforeThenItsPasswordIsNotComparedAgain() {
        when(login.prove(TOKEN, CLIENT)).thenReturn(proven(PROOF));
        when(verifier.caller(PROOF.end(), CLIENT)).thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);

        verify(login, times(1)).prove(TOKEN, CLIENT);
        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("success hashed", 1.0, "success cached", 1.0));
    }

    @Test
    void authenticateWhenTheUserChangedSinceThenItsPasswordIsComparedAgain() {
        when(login.prove(TOKEN, CLIENT))
                .thenReturn(proven(PROOF))
                .thenReturn(proven(NEWER))
                .thenReturn(Logins.REFUSED);
        when(verifier.caller(PROOF.end(), CLIENT))
                .thenReturn(Optional.of(CALLER))
                .thenReturn(Optional.empty());
        when(verifier.caller(NEWER.end(), CLIENT))
                .thenReturn(Optional.of(CALLER))
                .thenReturn(Optional.empty());

        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(TOKEN, CLIENT)).isEmpty();

        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("success hashed", 2.0, "refused hashed", 1.0));
    }

    @Test
    void authenticateWhenAnOldTokenIsRefusedThenIsNotRememberedAnyMore() {
        when(login.prove(TOKEN, CLIENT)).thenReturn(proven(PROOF)).thenReturn(Logins.REFUSED);
        when(verifier.caller(PROOF.end(), CLIENT))
                .thenReturn(Optional.of(CALLER))
                .thenReturn(Optional.empty())
                .thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);
        assertThat(authenticator.authenticate(TOKEN, CLIENT)).isEmpty();

        // Though the old proof would hold again
        assertThat(authenticator.authenticate(TOKEN, CLIENT)).isEmpty();
    }

    @Test
    void authenticateWhenTheUserChangesWhileItsPasswordIsComparedThenIsTriedAgain() {
        when(login.prove(TOKEN, CLIENT))
                .thenReturn(proven(PROOF))
                .thenReturn(proven(PROOF))
                .thenReturn(proven(NEWER));
        when(verifier.caller(PROOF.end(), CLIENT)).thenReturn(Optional.empty());
        when(verifier.caller(NEWER.end(), CLIENT)).thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);

        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("success hashed", 1.0));
    }

    @Test
    void authenticateWhenTheUserChangesEachTimeThenGivesUp() {
        when(login.prove(TOKEN, CLIENT)).thenReturn(proven(PROOF));
        when(verifier.caller(PROOF.end(), CLIENT)).thenReturn(Optional.empty());

        assertThatThrownBy(() -> authenticator.authenticate(TOKEN, CLIENT))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.OVERLOADED))
                .hasMessage("the user is being changed by others at the same time");

        verify(login, times(3)).prove(TOKEN, CLIENT);
        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("overloaded none", 1.0));
    }

    @Test
    void authenticateWhenAnotherCallProvesTheTokenMeanwhileThenItsProofIsUsedAndKept() {
        String digest = tokens.digest(TOKEN);
        tokens.prove(digest, "192.0.2.1", () -> Optional.of(PROOF));
        when(verifier.caller(PROOF.end(), CLIENT)).thenAnswer(look -> {
            tokens.forget(digest, PROOF);
            tokens.prove(digest, "192.0.2.2", () -> Optional.of(NEWER));
            return Optional.empty();
        });
        when(verifier.caller(NEWER.end(), CLIENT)).thenReturn(Optional.of(CALLER));

        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);

        assertThat(tokens.find(digest)).contains(NEWER);
        verify(login, never()).prove(TOKEN, CLIENT);
    }

    @Test
    void authenticateWhenThePasswordWasWrongForAnotherCallThenItIsAFailureOfThisClientToo() throws Exception {
        var begun = new CountDownLatch(1);
        var first = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        when(login.prove(TOKEN, CLIENT)).thenAnswer(call -> refusedAfter(second));
        when(login.prove(TOKEN, ELSEWHERE)).thenAnswer(call -> refusedAfter(second));
        ExecutorService threads = Executors.newCachedThreadPool();
        threads.execute(() -> tokens.prove(tokens.digest(TOKEN), "198.51.100.1", () -> {
            begun.countDown();
            return nothingAfter(first);
        }));
        begun.await();
        // One of them is verified next, the other one shares what comes of it
        Future<Optional<Caller>> here = threads.submit(() -> authenticator.authenticate(TOKEN, CLIENT));
        Future<Optional<Caller>> elsewhere = threads.submit(() -> authenticator.authenticate(TOKEN, ELSEWHERE));
        Await.until("both wait for the first", () -> waiting.begun() == 2);
        first.countDown();
        Await.until("one waits for the other", () -> waiting.begun() == 3);
        second.countDown();

        assertThat(here.get()).isEmpty();
        assertThat(elsewhere.get()).isEmpty();
        threads.shutdown();

        List<Invocation> asked = mockingDetails(login).getInvocations().stream()
                .filter(call -> !call.getMethod().getName().equals("reads"))
                .toList();
        assertThat(asked)
                .extracting(call -> call.getMethod().getName())
                .containsExactlyInAnyOrder("prove", "knownUser");
        verify(throttle).begin("user_1", CLIENT.address());
        verify(throttle).begin("user_1", ELSEWHERE.address());
        assertThat(events)
                .containsExactlyInAnyOrder(
                        new OperationEnded(Operation.failedLogin(CLIENT, null), Problem.UNAUTHENTICATED),
                        new OperationEnded(Operation.failedLogin(ELSEWHERE, null), Problem.UNAUTHENTICATED));
    }

    @Test
    void authenticateWhenAThrottledClientGuessesATokenThatIsKnownFromElsewhereThenIsRefused() {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many");
        when(login.prove(TOKEN, CLIENT)).thenReturn(proven(PROOF));
        when(verifier.caller(PROOF.end(), CLIENT)).thenReturn(Optional.of(CALLER));
        doThrow(throttled).when(throttle).begin("user_1", ELSEWHERE.address());

        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);

        assertThatThrownBy(() -> authenticator.authenticate(TOKEN, ELSEWHERE)).isSameAs(throttled);
        assertThat(authenticator.authenticate(TOKEN, CLIENT)).contains(CALLER);
        verify(verifier, never()).caller(PROOF.end(), ELSEWHERE);
        // For its login, and for neither call since
        verify(throttle, times(1)).begin("user_1", CLIENT.address());
    }

    @Test
    void authenticateWhenATokenIsKnownFromElsewhereThenTheThrottleIsAskedOnceForEachNetwork() {
        when(login.prove(TOKEN, CLIENT)).thenReturn(proven(PROOF));
        when(verifier.caller(PROOF.end(), CLIENT)).thenReturn(Optional.of(CALLER));
        when(verifier.caller(PROOF.end(), ELSEWHERE)).thenReturn(Optional.of(CALLER));

        authenticator.authenticate(TOKEN, CLIENT);
        for (int call = 0; call < 3; call++) {
            assertThat(authenticator.authenticate(TOKEN, ELSEWHERE)).contains(CALLER);
        }

        verify(throttle, times(1)).begin("user_1", ELSEWHERE.address());
        verify(login, times(1)).prove(TOKEN, CLIENT);
    }

    @Test
    void authenticateWhenAThrottledClientGuessesATokenThatIsBeingVerifiedThenIsRefused() throws Exception {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many");
        doThrow(throttled).when(throttle).begin("user_1", ELSEWHERE.address());
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        threads.execute(() -> tokens.prove(tokens.digest(TOKEN), "192.0.2.1", () -> {
            begun.countDown();
            nothingAfter(end);
            return Optional.of(PROOF);
        }));
        begun.await();

        Future<Optional<Caller>> guess = threads.submit(() -> authenticator.authenticate(TOKEN, ELSEWHERE));
        Await.until("the guess waits for the verification", () -> waiting.begun() == 1);
        end.countDown();

        assertThatThrownBy(guess::get).hasCause(throttled);
        verify(verifier, never()).caller(PROOF.end(), ELSEWHERE);
        threads.shutdown();
    }

    @Test
    void authenticateWhenTheThrottleRefusesThenIsCountedAndPassedOn() {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many");
        when(login.prove(TOKEN, CLIENT)).thenThrow(throttled);

        assertThatThrownBy(() -> authenticator.authenticate(TOKEN, CLIENT)).isSameAs(throttled);

        assertThat(LoginCountsTests.counted(registry)).isEqualTo(Map.of("throttled none", 1.0));
    }

    @Test
    void withoutTokenWhenAuthenticationIsOffThenEverybodyMayDoEverything() {
        assertThat(authenticator(false).withoutToken(CLIENT)).contains(Caller.unrestricted(CLIENT));
        assertThat(authenticator.withoutToken(CLIENT)).isEmpty();
        verifyNoInteractions(login, verifier);
    }

    /** A kind of token that no login of this server reads. */
    @Test
    void authenticateWhenNoLoginReadsTheTokenThenNobodyIsLetIn() {
        when(login.reads(TOKEN)).thenReturn(false);

        assertThatThrownBy(() -> authenticator.authenticate(TOKEN, CLIENT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no login reads this kind of token");

        verify(login, never()).prove(any(), any());
    }

    private static Outcome refusedAfter(CountDownLatch latch) {
        nothingAfter(latch);
        return Logins.REFUSED;
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
        return new TokenAuthenticator(
                new AuthenticationSettings(enabled),
                tokens,
                List.of(login),
                verifier,
                throttle,
                ToldOperations.to(events),
                new LoginCounts(registry));
    }
}
