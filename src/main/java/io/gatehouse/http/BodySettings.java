package io.gatehouse.http;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How slowly a caller may send.
 *
 * @param bodyTimeout how long a caller with a valid token may take to send the body of an HTTP request, at most 1 minute; nobody else's
 *     body is read
 */
@Validated
@ConfigurationProperties("gatehouse.http")
public record BodySettings(
        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration bodyTimeout) {}
