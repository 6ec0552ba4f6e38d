package io.gatehouse.forwardauth;

import io.gatehouse.caller.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers a proxy that asks whether the request in front of it may pass: nginx' {@code auth_request}, Traefik's {@code ForwardAuth},
 * Caddy's {@code forward_auth}. Envoy and Istio ask with the method of that request and with its path behind ours. The token was read
 * before it came here.
 */
@RestController
class VerifyController {

    static final String PATH = "/api/v1/verify";

    private static final String ALL_PATHS = PATH + "/**";

    /** Answers with the fields of {@link Identity}: 204, and 200 to whoever asks with a path, as Envoy takes no other status for a yes. */
    @RequestMapping(ALL_PATHS)
    ResponseEntity<Void> verify(@AuthenticationPrincipal Caller caller, HttpServletRequest asked) {
        var identity = new HttpHeaders();
        Identity.of(caller).forEach(identity::set);
        HttpStatus yes = asked.getRequestURI().equals(PATH) ? HttpStatus.NO_CONTENT : HttpStatus.OK;
        return ResponseEntity.status(yes).headers(identity).build();
    }

    /** The one method that Spring MVC would answer itself. */
    @RequestMapping(path = ALL_PATHS, method = RequestMethod.OPTIONS)
    ResponseEntity<Void> verifyOptions(@AuthenticationPrincipal Caller caller, HttpServletRequest asked) {
        return verify(caller, asked);
    }
}
