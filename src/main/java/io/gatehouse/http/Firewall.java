package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/** Spring Security's firewall, which judges header fields by their decoded text and refuses like everything else. */
@Configuration(proxyBeanMethods = false)
class Firewall {

    @Bean
    HttpFirewall httpFirewall() {
        var firewall = new StrictHttpFirewall();
        // Spring MVC knows which methods a path has, and answers 405 to the others
        firewall.setUnsafeAllowAnyHttpMethod(true);
        firewall.setAllowedHeaderValues(value -> isSound(HeaderText.decode(value)));
        return firewall;
    }

    @Bean
    RequestRejectedHandler requestRejectedHandler(Refusals refusals) {
        return (request, response, rejected) -> refusals.write(
                request,
                response,
                new ProblemException(Problem.MALFORMED_REQUEST, "the request line or a header is malformed"));
    }

    /** As in StrictHttpFirewall: assigned characters that are no control characters. */
    private static boolean isSound(String text) {
        return text.codePoints().allMatch(c -> Character.isDefined(c) && !Character.isISOControl(c));
    }
}
