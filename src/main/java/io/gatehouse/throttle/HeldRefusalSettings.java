package io.gatehouse.throttle;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long whoever failed too often waits for the answer.
 *
 * @param refusalsHeldFor how long at least, and at random up to twice as long, the answer to a login that the throttle refuses
 *     is kept back, so that a guesser cannot send thousands a second over one connection; 0 to answer at once, at most 10 seconds
 */
@Validated
@ConfigurationProperties("gatehouse.throttle")
public record HeldRefusalSettings(
        @DefaultValue("500ms") @DurationMin @DurationMax(seconds = 10)
        Duration refusalsHeldFor) {

    boolean isOff() {
        return refusalsHeldFor.isZero();
    }
}
