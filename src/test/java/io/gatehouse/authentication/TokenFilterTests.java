package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.address.ProxySettings;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.ToldOperations;
import io.gatehouse.http.OneFace;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.Http;
import io.gatehouse.throttle.HeldRefusals;
import io.gatehouse.throttle.Throttles;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.UserVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Who a request is let through as, and what becomes of one that is refused. */
class TokenFilterTests {

    private static final String PROXY = "10.0.0.1";
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Proof PROOF = new Proof("user_1", new UserVersion(1, 1, Instant.EPOCH));
    private static final String NO_TOKEN =
            OneFace.refused("UNAUTHENTICATED", "a valid token is needed: user:password", "/path");

    private final Login login = Logins.refusing();
    private final CredentialVerifier verifier = mock(CredentialVerifier.class);
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/path");
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final MockFilterChain chain = new MockFilterChain();

    @AfterEach
    void leave() {
        SecurityContextHolder.clearContext();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filterWhenTheTokenIsGoodThenTheCallerIsThePrincipal(boolean administrator) throws Exception {
        Caller caller = caller(administrator);
        lets(caller);
        request.addHeader("Authorization", "Bearer " + Http.base64("user_1:P@ssw0rd"));

        filter(true, AT_ONCE);

        assertThat(chain.getRequest()).isSameAs(request);
        Authentication entered = Objects.requireNonNull(authentication());
        assertThat(entered.getPrincipal()).isEqualTo(caller);
        assertThat(entered.isAuthenticated()).isTrue();
        assertThat(entered.getCredentials()).isNull();
        assertThat(entered.getAuthorities())
                .extracting(Object::toString)
                .isEqualTo(administrator ? List.of("administrator") : List.of());
    }

    @Test
    void filterWhenAProxyForwardsThenTheClientIsTheOneThatItNames() throws Exception {
        lets(caller(false));
        request.setRemoteAddr(PROXY);
        request.addHeader("X-Forwarded-For", "192.0.2.1");
        request.addHeader("Authorization", "user_1:P@ssw0rd");

        filter(true, AT_ONCE);

        var client = ArgumentCaptor.forClass(Client.class);
        verify(login).prove(any(), client.capture());
        assertThat(client.getValue().address()).isEqualTo("192.0.2.1");
        assertThat(client.getValue().face()).isEqualTo(OneFace.FACE);
    }

    @Test
    void filterWhenThereIsNoHeaderThenTheChainDecides() throws Exception {
        filter(true, AT_ONCE);

        assertThat(chain.getRequest()).isSameAs(request);
        assertThat(authentication()).isNull();
    }

    @Test
    void filterWhenAuthenticationIsOffThenNoTokenIsRead() throws Exception {
        request.addHeader("Authorization", "garbage");

        filter(false, AT_ONCE);

        assertThat(chain.getRequest()).isSameAs(request);
        assertThat(Objects.requireNonNull(authentication()).getPrincipal())
                .isInstanceOfSatisfying(
                        Caller.class, caller -> assertThat(caller).isEqualTo(Caller.unrestricted(caller.client())));
        verify(login, never()).prove(any(), any());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "user_1:wrong"})
    void filterWhenTheTokenIsNotGoodThenIsRefusedInOneText(String token) throws Exception {
        request.addHeader("Authorization", token);

        filter(true, AT_ONCE);

        assertThat(chain.getRequest()).isNull();
        assertThat(response.getContentAsString()).isEqualTo(NO_TOKEN);
        assertThat(authentication()).isNull();
    }

    @Test
    void filterWhenThereAreTwoTokensThenNeitherIsLookedAt() throws Exception {
        lets(caller(false));
        request.addHeader("Authorization", "user_1:P@ssw0rd");
        request.addHeader("Authorization", "user_1:P@ssw0rd");

        filter(true, AT_ONCE);

        assertThat(chain.getRequest()).isNull();
        assertThat(response.getContentAsString()).isEqualTo(NO_TOKEN);
        verify(login, never()).prove(any(), any());
    }

    @Test
    void filterWhenThrottledAndRefusalsAreHeldThenIsAnsweredLater() throws Exception {
        throttled();

        filter(true, Duration.ofMillis(1));

        assertThat(chain.getRequest()).isNull();
        awaitEnd();
        assertThat(response.getContentAsString()).isEqualTo(OneFace.refused("TOO_MANY_ATTEMPTS", "too many", "/path"));
    }

    @Test
    void filterWhenThrottledAndRefusalsAreNotHeldThenIsAnsweredAtOnce() throws Exception {
        throttled();

        filter(true, AT_ONCE);

        assertThat(request.isAsyncStarted()).isFalse();
        assertThat(chain.getRequest()).isNull();
        assertThat(response.getContentAsString()).isEqualTo(OneFace.refused("TOO_MANY_ATTEMPTS", "too many", "/path"));
    }

    @Test
    void filterWhenTheClientOfAHeldRefusalIsGoneThenTheRequestEnds() throws Exception {
        throttled();
        var gone = new MockHttpServletResponse() {

            @Override
            public void resetBuffer() {
                sneak(new IOException("the connection is gone"));
            }
        };

        filter(true, Duration.ofMillis(1), gone);

        assertThat(chain.getRequest()).isNull();
        awaitEnd();
    }

    /** Throws what a container's response throws and the mock's signature does not allow. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> void sneak(Exception failure) throws E {
        throw (E) failure;
    }

    private void lets(Caller caller) {
        when(login.prove(any(), any())).thenReturn(Logins.proven(PROOF));
        when(verifier.caller(any(), any())).thenReturn(Optional.of(caller));
    }

    private void throttled() {
        request.setAsyncSupported(true);
        request.addHeader("Authorization", "user_1:P@ssw0rd");
        when(login.prove(any(), any())).thenThrow(new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many"));
    }

    private void awaitEnd() {
        Await.until("the request ends", () -> !request.isAsyncStarted());
    }

    private void filter(boolean enabled, Duration refusalsHeldFor) throws ServletException, IOException {
        filter(enabled, refusalsHeldFor, response);
    }

    private void filter(boolean enabled, Duration refusalsHeldFor, HttpServletResponse answer)
            throws ServletException, IOException {
        var registry = new SimpleMeterRegistry();
        var filter = new TokenFilter(
                new TokenAuthenticator(
                        new AuthenticationSettings(enabled),
                        new VerifiedTokens(new WaitingCallers(), registry),
                        List.of(login),
                        verifier,
                        Throttles.byDefault(),
                        ToldOperations.to(new ArrayList<>()),
                        new LoginCounts(registry)),
                new ClientAddresses(new ProxySettings(List.of(PROXY))),
                OneFace.faces(),
                OneFace.refusals(),
                new HeldRefusals(refusalsHeldFor));
        filter.doFilter(request, answer, chain);
    }

    private static Caller caller(boolean administrator) {
        return new ProvenUser("user_1", Set.of(), false, administrator, new Client(Face.REST_V2, "192.0.2.1", "id"));
    }

    private static @Nullable Authentication authentication() {
        return SecurityContextHolder.getContext().getAuthentication();
    }
}
