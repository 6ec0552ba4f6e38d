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
 * @param failuresPerUser free failures a minute for one user from one address
 * @param failuresPerAddress free failures a minute from one address (IPv6: /64)
 * @param longestWait longest wait, 1 second to 1 day; it begins at one second and doubles
 * @param forgottenAfter time without an attempt that resets the throttle; at least the longest wait
 * @param refusalsHeldFor shortest delay of a throttled login's refusal, at most 10 seconds; it is random, up to twice as long. 0: none
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
