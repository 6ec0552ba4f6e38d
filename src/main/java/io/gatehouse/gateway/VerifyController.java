package io.gatehouse.gateway;

import io.gatehouse.user.Caller;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers a proxy that asks whether the request in front of it may pass: nginx' {@code auth_request}, Traefik's {@code ForwardAuth},
 * Caddy's {@code forward_auth}. The token was read before it came here.
 */
@RestController
class VerifyController {

    static final String PATH = "/api/v1/verify";

    /** 204, with the fields of {@link Identity}. */
    @RequestMapping(
            path = PATH,
            method = {RequestMethod.GET, RequestMethod.POST})
    ResponseEntity<Void> verify(@AuthenticationPrincipal Caller caller) {
        var identity = new HttpHeaders();
        Identity.of(caller).forEach(identity::set);
        return ResponseEntity.noContent().headers(identity).build();
    }
}
