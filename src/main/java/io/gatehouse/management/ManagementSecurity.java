package io.gatehouse.management;

import io.gatehouse.authentication.TokenAuthentication;
import io.gatehouse.http.BodyLimit;
import io.gatehouse.http.BodySettings;
import io.gatehouse.http.Refusals;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

/** Who gets through to the management port and to the probes: everybody, to read a handful of paths, and administrators one more. */
@Configuration(proxyBeanMethods = false)
class ManagementSecurity {

    private static final Set<String> OPEN =
            Set.of("/actuator/health", "/actuator/info", "/actuator/prometheus", "/healthz");

    /** What Gatehouse is made of, with versions: of use to who keeps it up to date, and to who looks for a way in. */
    private static final String SBOM = "/actuator/sbom";

    /** The one path of the management port that needs a token, and that of an administrator. */
    @Bean
    @Order(-1)
    SecurityFilterChain billOfMaterials(HttpSecurity http, TokenAuthentication tokenAuthentication) {
        String[] paths = {SBOM, SBOM + "/application"};
        http.securityMatcher(request -> isOnManagementPort(request)
                && (request.getRequestURI().equals(SBOM)
                        || request.getRequestURI().startsWith(SBOM + "/")));
        return tokenAuthentication
                .applyTo(http)
                .authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.GET, paths)
                        .hasAuthority(TokenAuthentication.ADMINISTRATOR)
                        .requestMatchers(HttpMethod.HEAD, paths)
                        .hasAuthority(TokenAuthentication.ADMINISTRATOR)
                        .anyRequest()
                        .denyAll())
                .build();
    }

    /**
     * The management port: no tokens, and nothing but reading the open paths, whatever an operator exposes. Its chain comes
     * before all others because every chain sees the requests of both ports.
     */
    @Bean
    @Order(0)
    SecurityFilterChain managementPort(HttpSecurity http, Refusals refusals, BodySettings bodies) {
        String[] open = OPEN.toArray(String[]::new);
        return http.securityMatcher(ManagementSecurity::isOnManagementPort)
                .exceptionHandling(refused -> refused.authenticationEntryPoint(
                                (request, response, e) -> refuse(request, response, refusals))
                        .accessDeniedHandler((request, response, e) -> refuse(request, response, refusals)))
                .authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.GET, open)
                        .permitAll()
                        .requestMatchers(HttpMethod.HEAD, open)
                        .permitAll()
                        .anyRequest()
                        .denyAll())
                .addFilterAfter(new BodyLimit(refusals, bodies), AuthorizationFilter.class)
                .build();
    }

    /** The probes on the faces' port. */
    @Bean
    @Order(4)
    SecurityFilterChain probes(HttpSecurity http, TokenAuthentication tokenAuthentication) {
        http.securityMatcher("/healthz", "/livez", "/readyz");
        return tokenAuthentication.openForReading(http).build();
    }

    /** Boot would wrap each decision of Spring Security in an observation, which costs time on every call. */
    @Bean
    SecurityObservationSettings noSecurityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** By the server that took the request, not by a port number that a client could influence. */
    private static boolean isOnManagementPort(HttpServletRequest request) {
        WebApplicationContext context =
                WebApplicationContextUtils.getWebApplicationContext(request.getServletContext());
        return context != null && WebServerApplicationContext.hasServerNamespace(context, "management");
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, Refusals refusals)
            throws IOException {
        if (OPEN.contains(request.getRequestURI())) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            refusals.writeBesideTheFaces(
                    request,
                    response,
                    new ProblemException(Problem.METHOD_NOT_ALLOWED, "this path is for reading: GET or HEAD"));
            return;
        }
        refusals.writeBesideTheFaces(request, response, new ProblemException(Problem.NOT_FOUND, "no such path"));
    }
}
