package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleSettingsTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void validateWhenWaitIsRememberedThenNothingIsWrong() {
        assertThat(faults(new ThrottleSettings(1, 1, MINUTE, MINUTE, Duration.ZERO)))
                .isEmpty();
    }

    @Test
    void validateWhenWaitWouldBeForgottenThenRefused() {
        assertThat(faults(new ThrottleSettings(20, 200, MINUTE, MINUTE.minusNanos(1), Duration.ZERO)))
                .containsExactly(
                        "gatehouse.throttle.forgotten-after must not be less than gatehouse.throttle.longest-wait");
    }

    @Test
    void validateWhenNumbersAreOutOfRangeThenEachIsRefused() {
        assertThat(faults(new ThrottleSettings(0, -1, Duration.ZERO, Duration.ofDays(31), Duration.ZERO)))
                .containsExactlyInAnyOrder(
                        "must be greater than or equal to 1",
                        "must be greater than or equal to 1",
                        "must be longer than or equal to 1 second",
                        "must be shorter than or equal to 30 days");
    }

    private static List<String> faults(ThrottleSettings settings) {
        try (var factory = Validation.buildDefaultValidatorFactory()) {
            return factory.getValidator().validate(settings).stream()
                    .map(ConstraintViolation::getMessage)
                    .toList();
        }
    }
}
