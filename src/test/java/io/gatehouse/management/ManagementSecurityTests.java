package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.authentication.StatelessChains;
import io.gatehouse.authentication.TokenAuthentication;
import io.gatehouse.http.BodySettings;
import io.gatehouse.http.OneFace;
import io.gatehouse.http.Refusals;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.OncePerRequestFilter;

/** Who gets through the chains of this module, on which port. */
class ManagementSecurityTests {

    private static final String FACES = "";
    private static final String MANAGEMENT = "management";

    private static final AnnotationConfigWebApplicationContext SECURITY = new AnnotationConfigWebApplicationContext();

    @BeforeAll
    static void open() {
        SECURITY.setServletContext(new MockServletContext());
        SECURITY.register(StatelessChains.class, ManagementSecurity.class, Others.class);
        SECURITY.refresh();
    }

    @AfterAll
    static void close() {
        SECURITY.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/info", "/actuator/prometheus", "/healthz"})
    void managementPortWhenPathIsOpenThenIsForReadingAlone(String path) {
        for (String method : List.of("GET", "HEAD")) {
            assertThat(ask(MANAGEMENT, method, path, "").getStatus()).as(method).isEqualTo(200);
        }
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            MockHttpServletResponse refused = ask(MANAGEMENT, method, path, TokenAuthentication.ADMINISTRATOR);

            assertThat(refused.getHeader("Allow")).as(method).isEqualTo("GET, HEAD");
            assertThat(body(refused))
                    .isEqualTo(OneFace.refused("METHOD_NOT_ALLOWED", "this path is for reading: GET or HEAD", path));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/actuator", "/actuator/env", "/actuator/health/db", "/readyz", "/api/v1/users"})
    void managementPortWhenPathIsNotOpenThenDoesNotExistForAnybody(String path) {
        for (String authority : List.of("", TokenAuthentication.ADMINISTRATOR)) {
            MockHttpServletResponse refused = ask(MANAGEMENT, "GET", path, authority);

            assertThat(refused.getHeader("Allow")).isNull();
            assertThat(body(refused)).isEqualTo(OneFace.refused("NOT_FOUND", "no such path", path));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /actuator/sbom, administrator, 200",
        "HEAD, /actuator/sbom, administrator, 200",
        "GET, /actuator/sbom/application, administrator, 200",
        "HEAD, /actuator/sbom/application, administrator, 200",
        "GET, /actuator/sbom, public, 403",
        "HEAD, /actuator/sbom/application, public, 403",
        "GET, /actuator/sbom, '', 403",
        "POST, /actuator/sbom, administrator, 403",
        "DELETE, /actuator/sbom/application, administrator, 403",
        "GET, /actuator/sbom/other, administrator, 403"
    })
    void billOfMaterialsWhenAskedForThenIsReadByAdministratorsAlone(
            String method, String path, String authority, int status) {
        assertThat(ask(MANAGEMENT, method, path, authority).getStatus()).isEqualTo(status);
    }

    /** Whoever is let through by no chain of this module comes to those of the faces, which are not here. */
    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/sbom", "/actuator/sbom/application", "/api/v1/users"})
    void facesPortWhenPathIsNoProbeThenIsLeftToTheFaces(String path) {
        assertThat(ask(FACES, "POST", path, "").getHeader(Others.TOKENS_READ)).isNull();
        assertThat(ask(FACES, "POST", path, "").getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/livez", "/readyz"})
    void facesPortWhenPathIsAProbeThenItsTokensAreRead(String path) {
        assertThat(ask(FACES, "GET", path, "").getHeader(Others.TOKENS_READ)).isEqualTo("for reading");
    }

    @Test
    void requestWhenItsServerIsUnknownThenIsNotOnTheManagementPort() {
        var request = new MockHttpServletRequest(new MockServletContext(), "POST", "/actuator/health");

        assertThat(ask(request, "").getStatus()).isEqualTo(200);
    }

    @Test
    void observationsWhenOfSecurityThenAreNotMade() {
        var settings = SECURITY.getBean(SecurityObservationSettings.class);

        assertThat(settings.shouldObserveRequests()).isFalse();
        assertThat(settings.shouldObserveAuthorizations()).isFalse();
        assertThat(settings.shouldObserveAuthentications()).isFalse();
    }

    private static MockHttpServletResponse ask(String port, String method, String path, String authority) {
        try (var server = new AnnotationConfigServletWebServerApplicationContext()) {
            server.setServerNamespace(port);
            var servlets = new MockServletContext();
            servlets.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, server);
            var request = new MockHttpServletRequest(servlets, method, path);
            request.setServletPath(path);
            return ask(request, authority);
        }
    }

    private static MockHttpServletResponse ask(MockHttpServletRequest request, String authority) {
        var response = new MockHttpServletResponse();
        request.addHeader(Others.AUTHORITY, authority);
        try {
            SECURITY.getBean("springSecurityFilterChain", Filter.class)
                    .doFilter(request, response, new MockFilterChain());
        } catch (IOException | ServletException e) {
            throw new AssertionError(e);
        }
        return response;
    }

    private static String body(MockHttpServletResponse response) {
        assertThat(response.getStatus()).isEqualTo(OneFace.STATUS);
        return new String(response.getContentAsByteArray(), StandardCharsets.UTF_8);
    }

    /** What belongs to other modules: refusals that say what they are made of, and callers who say who they are. */
    @EnableWebSecurity
    static class Others {

        @Bean
        BodySettings bodies() {
            return new BodySettings(Duration.ofSeconds(5));
        }

        private static final String AUTHORITY = "Authority";
        private static final String TOKENS_READ = "Tokens-Read";

        @Bean
        Refusals refusals() {
            return OneFace.refusals();
        }

        @Bean
        TokenAuthentication tokenAuthentication() {
            var tokens = mock(TokenAuthentication.class);
            when(tokens.applyTo(any())).thenAnswer(call -> read(call.getArgument(0), "for the face"));
            when(tokens.openForReading(any())).thenAnswer(call -> read(call.getArgument(0), "for reading"));
            return tokens;
        }

        private static HttpSecurity read(HttpSecurity http, String purpose) {
            return http.addFilterBefore(
                    new OncePerRequestFilter() {

                        @Override
                        protected void doFilterInternal(
                                HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                                throws ServletException, IOException {
                            response.setHeader(TOKENS_READ, purpose);
                            String authority = request.getHeader(AUTHORITY);
                            if (!authority.isEmpty()) {
                                SecurityContextHolder.getContext()
                                        .setAuthentication(new TestingAuthenticationToken("", "", authority));
                            }
                            chain.doFilter(request, response);
                        }
                    },
                    AuthorizationFilter.class);
        }
    }
}
