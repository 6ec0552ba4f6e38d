package io.gatehouse.address;

import jakarta.validation.constraints.AssertTrue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keeps Spring Boot's own forwarded headers off, which believe everybody: a guesser would have a new address for each guess.
 *
 * @param forwardHeadersStrategy always none; see {@code gatehouse.trusted-proxies}
 */
@Validated
@ConfigurationProperties("server")
record ForwardedHeaderSettings(@DefaultValue("none") String forwardHeadersStrategy) {

    @AssertTrue(
            message =
                    "server.forward-headers-strategy must be none: name the proxies to believe in gatehouse.trusted-proxies")
    boolean isOff() {
        return "none".equalsIgnoreCase(forwardHeadersStrategy);
    }
}
