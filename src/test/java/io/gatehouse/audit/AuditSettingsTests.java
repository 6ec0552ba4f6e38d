package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class AuditSettingsTests {

    @Test
    void validateWhenThereIsRoomForEventsThenNothingIsWrong() {
        assertThat(faults(DataSize.ofKilobytes(100))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void validateWhenNearlyAllEventsWouldBeDeletedThenRefused(long bytes) {
        assertThat(faults(DataSize.ofBytes(bytes)))
                .containsExactly("gatehouse.audit.max-size must not be less than 100KB");
    }

    private static Stream<String> faults(DataSize maxSize) {
        try (var factory = Validation.buildDefaultValidatorFactory()) {
            return factory
                    .getValidator()
                    .validate(new AuditSettings(Duration.ofDays(90), maxSize, null, 100, 10))
                    .stream()
                    .map(ConstraintViolation::getMessage);
        }
    }
}
