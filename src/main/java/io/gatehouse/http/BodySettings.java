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
 * @param bodyTimeout time limit for the body of an HTTP request, at most 1 minute; only callers with a valid token may send one
 */
@Validated
@ConfigurationProperties("gatehouse.http")
public record BodySettings(
        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration bodyTimeout) {}
