package io.gatehouse.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountTests {

    @ParameterizedTest
    @CsvSource({"0, 0 users were", "1, 1 user was", "2, 2 users were", "11, 11 users were"})
    void writtenWhenThereIsOneThenIsSingular(long number, String expected) {
        assertThat(new Count(number, "user").with("was", "were")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1 character", "6, 6, 6 characters", "1, 32, 1 to 32 characters"})
    void rangeWhenBothEndsAreTheSameThenIsOneNumber(long least, long most, String expected) {
        assertThat(Count.range(least, most, "character")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 seconds", "1, 1 second", "1000, 1 second", "1001, 2 seconds", "60000, 60 seconds"})
    void secondsWhenTheWaitIsNoWholeNumberThenIsRoundedUp(long milliseconds, String expected) {
        assertThat(Count.seconds(Duration.ofMillis(milliseconds))).hasToString(expected);
    }

    @Test
    void writtenWhenNothingIsSaidOfItThenIsTheNumberAndTheThing() {
        assertThat(new Count(1, "byte")).hasToString("1 byte");
    }
}
