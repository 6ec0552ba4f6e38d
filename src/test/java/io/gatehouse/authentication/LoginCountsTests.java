package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LoginCountsTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LoginCounts counts = new LoginCounts(registry);

    static Stream<Arguments> checks() {
        return Stream.of(
                check(LoginCounts::remembered, "success cached"),
                check(counts -> counts.verified(true), "success hashed"),
                check(counts -> counts.verified(false), "refused hashed"),
                check(counts -> counts.failed(Problem.TOO_MANY_ATTEMPTS), "throttled none"),
                check(counts -> counts.failed(Problem.OVERLOADED), "overloaded none"),
                check(counts -> counts.failed(Problem.STORAGE_UNAVAILABLE), "storage-unavailable none"));
    }

    @ParameterizedTest
    @MethodSource("checks")
    void countWhenATokenWasCheckedThenCountsThatOutcomeAlone(Consumer<LoginCounts> check, String outcome) {
        check.accept(counts);

        assertThat(counted(registry)).isEqualTo(Map.of(outcome, 1.0));
    }

    @Test
    void countWhenSomethingElseFailedThenCountsNothing() {
        counts.failed(Problem.INTERNAL_ERROR);

        assertThat(counted(registry)).isEmpty();
    }

    private static Arguments check(Consumer<LoginCounts> check, String outcome) {
        return Arguments.of(check, outcome);
    }

    /** How often each outcome was counted, and how it was come to; without those that were not. */
    static Map<String, Double> counted(SimpleMeterRegistry registry) {
        return registry.find("gatehouse.logins").counters().stream()
                .filter(counter -> counter.count() > 0)
                .collect(Collectors.toMap(
                        counter -> counter.getId().getTag("outcome") + " "
                                + counter.getId().getTag("how"),
                        Counter::count));
    }
}
