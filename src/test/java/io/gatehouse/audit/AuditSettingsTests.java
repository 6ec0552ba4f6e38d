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

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "P90D", "P36500D"})
    void validateWhenEventsAreKeptForDaysThenNothingIsWrong(Duration keptFor) {
        assertThat(faults(keptFor, DataSize.ofGigabytes(1))).isEmpty();
    }

    /** Among them 90 without a unit, and what is no time for a database or more than milliseconds can count. */
    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "P-1D", "PT0.09S", "PT23H59M59S", "P36501D", "P106751991167300D"})
    void validateWhenEventsWouldBeDeletedAtOnceOrNeverThenRefused(Duration keptFor) {
        assertThat(faults(keptFor, DataSize.ofGigabytes(1)))
                .containsExactly("gatehouse.audit.kept-for must be 1d to 36500d, with its unit");
    }

    private static Stream<String> faults(DataSize maxSize) {
        return faults(Duration.ofDays(90), maxSize);
    }

    private static Stream<String> faults(Duration keptFor, DataSize maxSize) {
        try (var factory = Validation.buildDefaultValidatorFactory()) {
            return factory.getValidator().validate(new AuditSettings(keptFor, maxSize, null, 100, 10)).stream()
                    .map(ConstraintViolation::getMessage);
        }
    }
}
