package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.address.ProxySettings;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operations;
import io.gatehouse.caller.ToldOperations;
import io.gatehouse.http.BodyLimit;
import io.gatehouse.http.BodySettings;
import io.gatehouse.http.HttpFaces;
import io.gatehouse.http.OneFace;
import io.gatehouse.http.Refusals;
import io.gatehouse.throttle.HeldRefusals;
import io.gatehouse.throttle.LoginThrottle;
import io.gatehouse.throttle.Throttles;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.UserVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.support.GenericWebApplicationContext;

/** What a face's chain lets through, and that nothing is open beside the faces. */
class TokenAuthenticationTests {

    private static final String TOKEN = "user_1:P@ssw0rd";

    private static final GenericWebApplicationContext CONTEXT = new GenericWebApplicationContext();

    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final MockFilterChain chain = new MockFilterChain();

    @EnableWebSecurity
    @Configuration(proxyBeanMethods = false)
    static class Chains {

        @Bean
        @Order(1)
        SecurityFilterChain open(HttpSecurity http, TokenAuthentication tokens) {
            return tokens.openForReading(http.securityMatcher("/open")).build();
        }

        @Bean
        @Order(2)
        SecurityFilterChain face(HttpSecurity http, TokenAuthentication tokens) {
            return tokens.applyTo(http.securityMatcher("/face"))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }
    }

    @BeforeAll
    static void start() {
        CredentialVerifier verifier = mock(CredentialVerifier.class);
        Login login = Logins.refusing();
        when(login.prove(argThat(token -> token.claimedUser().equals("user_1")), any()))
                .thenReturn(Logins.proven(new Proof("user_1", new UserVersion(1, 1, Instant.EPOCH))));
        when(verifier.caller(any(), any()))
                .thenReturn(Optional.of(
                        new ProvenUser("user_1", Set.of(), false, true, new Client(Face.REST_V2, "192.0.2.1", "id"))));
        CONTEXT.setServletContext(new MockServletContext());
        CONTEXT.registerBean(Login.class, () -> login);
        CONTEXT.registerBean(LoginThrottle.class, Throttles::byDefault);
        CONTEXT.registerBean(Operations.class, () -> ToldOperations.to(new ArrayList<>()));
        CONTEXT.registerBean(CredentialVerifier.class, () -> verifier);
        CONTEXT.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
        CONTEXT.registerBean(HttpFaces.class, OneFace::faces);
        CONTEXT.registerBean(Refusals.class, OneFace::refusals);
        CONTEXT.registerBean(AuthenticationSettings.class, () -> new AuthenticationSettings(true));
        CONTEXT.registerBean(ProxySettings.class, () -> new ProxySettings(List.of()));
        CONTEXT.registerBean(HeldRefusals.class, () -> new HeldRefusals(Duration.ZERO));
        CONTEXT.registerBean(BodySettings.class, () -> new BodySettings(Duration.ofSeconds(5)));
        AnnotationConfigUtils.registerAnnotationConfigProcessors(CONTEXT);
        Stream.of(
                        StatelessChains.class,
                        Chains.class,
                        DenyByDefault.class,
                        TokenAuthentication.class,
                        TokenAuthenticator.class,
                        VerifiedTokens.class,
                        WaitingCallers.class,
                        LoginCounts.class,
                        ClientAddresses.class)
                .forEach(component -> CONTEXT.registerBean(component));
        CONTEXT.refresh();
    }

    @AfterAll
    static void stop() {
        CONTEXT.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /open, false",
        "HEAD, /open, false",
        "POST, /open, true",
        "GET, /face, true",
        "POST, /face, true",
    })
    void requestWhenItNeedsATokenThenIsLetThroughWithOneAlone(String method, String path, boolean needsToken)
            throws Exception {
        request(method, path, TOKEN, "");
        assertThat(chain.getRequest()).isNotNull();
        chain.reset();

        request(method, path, null, "");

        assertThat(chain.getRequest() == null).isEqualTo(needsToken);
        assertThat(response.getContentAsString())
                .isEqualTo(
                        needsToken
                                ? OneFace.refused("UNAUTHENTICATED", "a valid token is needed: user:password", path)
                                : "");
    }

    @ParameterizedTest
    @CsvSource({"GET", "POST", "OPTIONS"})
    void requestWhenNoFaceOwnsThePathThenIsRefusedWithATokenToo(String method) throws Exception {
        request(method, "/elsewhere", null, "");
        assertThat(response.getContentAsString())
                .isEqualTo(OneFace.refused("UNAUTHENTICATED", "a valid token is needed: user:password", "/elsewhere"));
        response.reset();

        request(method, "/elsewhere", TOKEN, "");

        assertThat(response.getContentAsString()).isEqualTo(OneFace.refused("NOT_FOUND", "no such path", "/elsewhere"));
        assertThat(chain.getRequest()).isNull();
    }

    @Test
    void requestWhenItsBodyIsTooLargeThenOnlyWhoIsKnownIsTold() throws Exception {
        String large = "x".repeat(BodyLimit.MOST_BYTES + 1);

        request("POST", "/face", null, large);
        assertThat(response.getContentAsString()).contains("UNAUTHENTICATED");
        response.reset();
        request("POST", "/face", TOKEN, large);

        assertThat(response.getContentAsString()).contains("REQUEST_TOO_LARGE");
        assertThat(chain.getRequest()).isNull();
    }

    @Test
    void requestWhenLetThroughThenLeavesNoSession() throws Exception {
        MockHttpServletRequest request = request("POST", "/face", TOKEN, "");

        assertThat(request.getSession(false)).isNull();
        assertThat(response.getCookies()).isEmpty();
    }

    @Test
    void usersWhenAskedForThenThereAreNoneBesideOurs() {
        UserDetailsService users = CONTEXT.getBean(UserDetailsService.class);

        assertThatThrownBy(() -> users.loadUserByUsername("user"))
                .isInstanceOf(UsernameNotFoundException.class)
                .hasMessage("users log in with tokens");
    }

    private MockHttpServletRequest request(String method, String path, @Nullable String token, String body)
            throws ServletException, IOException {
        var request = new MockHttpServletRequest(method, path);
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
        if (token != null) {
            request.addHeader("Authorization", token);
        }
        CONTEXT.getBean("springSecurityFilterChain", Filter.class).doFilter(request, response, chain);
        return request;
    }
}
