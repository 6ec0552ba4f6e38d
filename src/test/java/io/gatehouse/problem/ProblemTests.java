package io.gatehouse.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTests {

    @Test
    void kindsWhenComparedWithTheProblemsThenEachHasOne() {
        assertThat(Arrays.stream(Problem.values()).map(Problem::kind).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Problem.Kind.values());
    }

    @ParameterizedTest
    @EnumSource
    void problemWhenExplainedThenIsInWholeSentencesUnderAShortTitle(Problem problem) {
        assertThat(problem.title()).matches("[A-Z][A-Za-z -]{7,24}");
        assertThat(problem.explanation()).matches("[A-Z].*\\.").doesNotContain("  ");
    }

    @ParameterizedTest
    @EnumSource
    void concernsTheOperatorWhenTheCallerCausedItThenDoesNot(Problem problem) {
        assertThat(problem.concernsTheOperator())
                .isEqualTo(problem == Problem.STORAGE_UNAVAILABLE || problem == Problem.INTERNAL_ERROR);
    }
}
