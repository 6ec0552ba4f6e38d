package io.gatehouse.throttle;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many failed logins are free, and how long the wait grows afterwards (OWASP ASVS 5.0, 6.3.1).
 *
 * @param failuresPerUser failures a minute that are free for one user from one address
 * @param failuresPerAddress failures a minute that are free from one address, whatever the user
 * @param longestWait the most that a wait grows to; it begins at one second and doubles
 * @param forgottenAfter how long after the last failure everything is forgotten
 */
@Validated
@ConfigurationProperties("gatehouse.throttle")
record ThrottleSettings(
        @DefaultValue("20") @Min(1) int failuresPerUser,
        @DefaultValue("200") @Min(1) int failuresPerAddress,
        @DefaultValue("60s") Duration longestWait,
        @DefaultValue("15m") Duration forgottenAfter) {}
