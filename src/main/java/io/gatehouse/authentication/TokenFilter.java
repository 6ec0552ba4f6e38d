package io.gatehouse.authentication;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.address.ClientConnection;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.http.BodyLimit;
import io.gatehouse.http.HeaderText;
import io.gatehouse.http.HttpFaces;
import io.gatehouse.http.Refusals;
import io.gatehouse.http.RequestId;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.HeldRefusals;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads the {@code Authorization} header and makes the {@link Caller} the principal of the request. Without a header it does
 * nothing, so that the chain's rules decide; a header that is no valid token is refused here.
 */
final class TokenFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(TokenFilter.class);

    /** One text for a missing, a malformed and a wrong token. */
    static final String TOKEN_NEEDED = "a valid token is needed: user:password";

    /** By it Spring Boot tells who may see the details of the health; what a caller may do is decided from the caller. */
    static final String ADMINISTRATOR = "administrator";

    private static final List<GrantedAuthority> OF_AN_ADMINISTRATOR = AuthorityUtils.createAuthorityList(ADMINISTRATOR);

    private final TokenAuthenticator authenticator;
    private final ClientAddresses addresses;
    private final HttpFaces faces;
    private final Refusals refusals;
    private final HeldRefusals held;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    TokenFilter(
            TokenAuthenticator authenticator,
            ClientAddresses addresses,
            HttpFaces faces,
            Refusals refusals,
            HeldRefusals held) {
        this.authenticator = authenticator;
        this.addresses = addresses;
        this.faces = faces;
        this.refusals = refusals;
        this.held = held;
    }

    /** A token may have become worthless while the body was on its way: it is checked once more. */
    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return isAsyncDispatch(request) && !BodyLimit.hasArrived(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            caller(request).ifPresent(caller -> enter(caller, request, response));
        } catch (ProblemException e) {
            if (!held.hold(e.problem(), () -> laterAnswer(request, response, e))) {
                refusals.write(request, response, e);
            }
            return;
        }
        chain.doFilter(request, response);
    }

    /** On a thread of the container's: writing may wait for the client, and the one that keeps the time must not. */
    private Runnable laterAnswer(HttpServletRequest request, HttpServletResponse response, ProblemException refused) {
        AsyncContext waiting = request.startAsync(request, response);
        return () -> waiting.start(() -> {
            try {
                refusals.write(request, response, refused);
            } catch (IOException e) {
                log.debug("a client went before it was refused", e);
            } finally {
                waiting.complete();
            }
        });
    }

    private Optional<Caller> caller(HttpServletRequest request) {
        var client = new Client(
                faces.of(request).face(), address(request), RequestId.of(request), ClientConnection.gone(request));
        Optional<Caller> unrestricted = authenticator.withoutToken(client);
        if (unrestricted.isPresent()) {
            return unrestricted;
        }
        List<String> headers = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        Caller caller = authenticator
                .callerOf(headers.stream().map(HeaderText::decode).toList(), client)
                .orElseThrow(() -> new ProblemException(Problem.UNAUTHENTICATED, TOKEN_NEEDED));
        ClientConnection.showedValidToken(request);
        return Optional.of(caller);
    }

    private String address(HttpServletRequest request) {
        return addresses.of(
                request.getRemoteAddr(), Collections.list(request.getHeaders(ClientAddresses.FORWARDED_FOR)));
    }

    /** For this dispatch of the request, and for one that goes on with it. */
    private void enter(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        List<GrantedAuthority> authorities = caller.administrator() ? OF_AN_ADMINISTRATOR : List.of();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(caller, null, authorities));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
    }
}
