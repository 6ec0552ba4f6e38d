package io.gatehouse.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a refusal carries, in whatever order it was put together. */
class ProblemExceptionTests {

    private static final Violation VIOLATION = new Violation("password", "must have 6 to 256 characters");
    private static final Duration WAIT = Duration.ofSeconds(3);
    private static final Quota QUOTA = new Quota("failed-logins", 20, Duration.ofMinutes(1));

    @Test
    void refusalWhenNothingIsAddedThenHasNoMoreThanItsSentence() {
        var refusal = new ProblemException(Problem.USER_NOT_FOUND, "user not found: user_1");

        assertThat(refusal.problem()).isEqualTo(Problem.USER_NOT_FOUND);
        assertThat(refusal.sentence()).isEqualTo("user not found: user_1");
        assertThat(refusal).hasMessage("user not found: user_1").hasNoCause();
        assertThat(refusal.range()).isEmpty();
        assertThat(refusal.violations()).isEmpty();
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal.quota()).isEmpty();
    }

    static Stream<ProblemException> complete() {
        var plain = new ProblemException(Problem.INVALID_PASSWORD, "invalid password length", cause());
        List<ProblemException> orders = new ArrayList<>();
        orders.add(plain.withRange("4 out of range")
                .withViolations(List.of(VIOLATION))
                .withRetryAfter(WAIT)
                .withQuota(QUOTA));
        orders.add(plain.withQuota(QUOTA)
                .withRetryAfter(WAIT)
                .withViolations(List.of(VIOLATION))
                .withRange("4 out of range"));
        return orders.stream();
    }

    @ParameterizedTest
    @MethodSource("complete")
    void withWhenSomethingIsAddedThenWhatWasThereStays(ProblemException refusal) {
        assertThat(refusal.problem()).isEqualTo(Problem.INVALID_PASSWORD);
        assertThat(refusal.sentence()).isEqualTo("invalid password length");
        assertThat(refusal).hasMessage("invalid password length [4 out of range]");
        assertThat(refusal.range()).isEqualTo("4 out of range");
        assertThat(refusal.violations()).containsExactly(VIOLATION);
        assertThat(refusal.retryAfter()).contains(WAIT);
        assertThat(refusal.quota()).contains(QUOTA);
        assertThat(refusal).hasRootCauseMessage("inside");
    }

    @Test
    void withDetailWhenThereIsOneThenPeopleGetItAndTheSentenceStays() {
        var refusal = new ProblemException(Problem.OLD_PASSWORD_MISMATCH, "old password not correct for user_1")
                .withDetail("the old password of user_1 is needed")
                .withViolations(List.of(VIOLATION))
                .withRetryAfter(WAIT)
                .withQuota(QUOTA);

        assertThat(refusal).hasMessage("the old password of user_1 is needed");
        assertThat(refusal.sentence()).isEqualTo("old password not correct for user_1");
        assertThat(refusal.violations()).containsExactly(VIOLATION);
    }

    @Test
    void withViolationsWhenTheListChangesLaterThenTheRefusalDoesNot() {
        List<Violation> violations = new ArrayList<>(List.of(VIOLATION));
        var refusal = new ProblemException(Problem.INVALID_PASSWORD, "no").withViolations(violations);

        violations.clear();

        assertThat(refusal.violations()).containsExactly(VIOLATION);
    }

    /** To fill it in costs more than all else that a refused guess costs. */
    @Test
    void stackTraceWhenNothingFailedThenIsNotFilledIn() {
        assertThat(new ProblemException(Problem.UNAUTHENTICATED, "no").getStackTrace())
                .isEmpty();
        assertThat(new ProblemException(Problem.INTERNAL_ERROR, "no", cause()).getStackTrace())
                .isNotEmpty();
    }

    @Test
    void refusalWhenItPassesByItselfThenSaysWhenToTryAgain() {
        ProblemException away = ProblemException.storageUnavailable(cause());
        ProblemException changed = ProblemException.changedByOthers();

        assertThat(away.problem()).isEqualTo(Problem.STORAGE_UNAVAILABLE);
        assertThat(away).hasMessage("the database does not answer").hasRootCauseMessage("inside");
        assertThat(away.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(changed.problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(changed).hasMessage("the user is being changed by others at the same time");
        assertThat(changed.retryAfter()).contains(Duration.ofSeconds(1));
    }

    private static Throwable cause() {
        return new IllegalStateException("inside");
    }
}
