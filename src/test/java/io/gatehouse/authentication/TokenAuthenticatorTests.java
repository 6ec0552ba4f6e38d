package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.Caller;
import io.gatehouse.user.Client;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.CredentialVerifier.Proof;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a password is compared, and when what was proven before is enough. */
class TokenAuthenticatorTests {

    private static final Client CLIENT = new Client("api", "192.0.2.1", "id");
    private static final Password PASSWORD = Password.of("P@ssw0rd");
    private static final Credentials CREDENTIALS = new Credentials("user_1", PASSWORD);
    private static final Caller CALLER = new Caller("user_1", Set.of(), false, false, CLIENT);
    private static final Proof PROOF = new Proof(1, 1, Instant.EPOCH);
    private static final Proof NEWER = new Proof(1, 2, Instant.EPOCH);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
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

    private TokenAuthenticator authenticator(boolean enabled) {
        return new TokenAuthenticator(
                new AuthenticationSettings(enabled), new VerifiedTokens(registry), verifier, new LoginCounts(registry));
    }
}
