package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageSizeTests {

    @ParameterizedTest
    @CsvSource({",100", "1,1", "0007,7", "100,100", "1000,1000"})
    void ofWhenLimitIsInRangeThenIsTheSize(@Nullable String limit, int size) {
        assertThat(PageSize.of(limit)).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-0, 0", "-1, -1", "1001, 1001", "999999999, 999999999"})
    void ofWhenLimitIsOutOfRangeThenSaysTheRange(String limit, String shown) {
        var refused = catchThrowableOfType(ProblemException.class, () -> PageSize.of(limit));

        assertThat(refused.problem()).isEqualTo(Problem.MALFORMED_REQUEST);
        assertThat(refused).hasMessage("limit out of range [%s out of range 1 <= value <= 1000]", shown);
        assertThat(refused.violations()).containsExactly(new Violation("limit", "must be 1 to 1000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "many", "0x10", "1 0", "1.0", "+1", "1000000000", "\u0661"})
    void ofWhenLimitIsNoNumberThenSaysSo(String limit) {
        var refused = catchThrowableOfType(ProblemException.class, () -> PageSize.of(limit));

        assertThat(refused.problem()).isEqualTo(Problem.MALFORMED_REQUEST);
        assertThat(refused).hasMessage("a value of another type is expected: limit");
    }
}
