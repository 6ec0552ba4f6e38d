package io.gatehouse.authentication;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.http.BodyLimit;
import io.gatehouse.http.BodySettings;
import io.gatehouse.http.HttpFaces;
import io.gatehouse.http.Refusals;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.HeldRefusals;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.stereotype.Component;

/**
 * Makes a face's security filter chain read tokens, and gives every refusal the face's own words. What the chain begins with is in {@code
 * StatelessChains}.
 */
@Component
public class TokenAuthentication {

    /** What Spring Security knows an administrator by, where it and not {@code UserService} decides. */
    public static final String ADMINISTRATOR = TokenFilter.ADMINISTRATOR;

    private final TokenAuthenticator authenticator;
    private final ClientAddresses addresses;
    private final HttpFaces faces;
    private final Refusals refusals;
    private final HeldRefusals held;
    private final BodyLimit bodyLimit;

    TokenAuthentication(
            TokenAuthenticator authenticator,
            ClientAddresses addresses,
            HttpFaces faces,
            Refusals refusals,
            HeldRefusals held,
            BodySettings bodies) {
        this.authenticator = authenticator;
        this.addresses = addresses;
        this.faces = faces;
        this.refusals = refusals;
        this.held = held;
        this.bodyLimit = new BodyLimit(refusals, bodies);
    }

    /** Sets up a chain whose paths everybody may read; whatever else is asked of them needs a token. */
    public HttpSecurity openForReading(HttpSecurity http) {
        return applyTo(http)
                .authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.GET)
                        .permitAll()
                        .requestMatchers(HttpMethod.HEAD)
                        .permitAll()
                        .anyRequest()
                        .authenticated());
    }

    /** Sets up a chain whose paths the face has already chosen; which of them need a token is still the face's to say. */
    public HttpSecurity applyTo(HttpSecurity http) {
        return http.exceptionHandling(refused -> refused.authenticationEntryPoint(
                                (request, response, e) -> refusals.write(
                                        request,
                                        response,
                                        new ProblemException(Problem.UNAUTHENTICATED, TokenFilter.TOKEN_NEEDED)))
                        .accessDeniedHandler((request, response, e) -> refusals.write(
                                request, response, new ProblemException(Problem.NOT_FOUND, "no such path"))))
                .addFilterBefore(
                        new TokenFilter(authenticator, addresses, faces, refusals, held), AuthorizationFilter.class)
                .addFilterAfter(bodyLimit, AuthorizationFilter.class);
    }
}
