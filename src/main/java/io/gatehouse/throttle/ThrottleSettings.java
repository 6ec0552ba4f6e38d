package io.gatehouse.throttle;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many failed logins are free, and how long the wait grows afterwards (OWASP ASVS 5.0, 6.3.1).
 *
 * @param failuresPerUser failures a minute that are free for one user from one address
 * @param failuresPerAddress failures a minute that are free from one address, whatever the user; the addresses of an IPv6 network
 *     (/64) count as one
 * @param longestWait the most that a wait grows to, 1 second to 1 day; it begins at one second and doubles
 * @param forgottenAfter how long after the last attempt everything is forgotten; not less than the longest wait
 * @param refusalsHeldFor how long at least, and at random up to twice as long, the answer to a login that the throttle refuses
 *     is kept back, so that a guesser cannot send thousands a second over one connection; 0 to answer at once, at most 10 seconds
 */
@Validated
@ConfigurationProperties("gatehouse.throttle")
record ThrottleSettings(
        @DefaultValue("20") @Min(1) @Max(1_000_000_000) int failuresPerUser,

        @DefaultValue("200") @Min(1) @Max(1_000_000_000) int failuresPerAddress,

        @DefaultValue("60s") @DurationMin(seconds = 1) @DurationMax(days = 1)
        Duration longestWait,

        @DefaultValue("15m") @DurationMin(seconds = 1) @DurationMax(days = 30)
        Duration forgottenAfter,

        @DefaultValue("500ms") @DurationMin @DurationMax(seconds = 10)
        Duration refusalsHeldFor) {

    @AssertTrue(message = "gatehouse.throttle.forgotten-after must not be less than gatehouse.throttle.longest-wait")
    boolean isWaitRemembered() {
        return forgottenAfter.compareTo(longestWait) >= 0;
    }
}
