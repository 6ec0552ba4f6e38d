package io.gatehouse.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownUserTests {

    private final AtomicInteger changes = new AtomicInteger();

    @Test
    void changeWhenTheUserIsKnownThenIsMade() {
        UnknownUser.isFine(changes::incrementAndGet);
        UnknownUser.hasAnotherPassword("user_1", false, changes::incrementAndGet);

        assertThat(changes).hasValue(2);
    }

    @Test
    void isFineWhenTheUserIsUnknownThenCountsAsDoneAndNothingElseDoes() {
        UnknownUser.isFine(() -> refuse(Problem.USER_NOT_FOUND));

        assertThatThrownBy(() -> UnknownUser.isFine(() -> refuse(Problem.SELF_DROP)))
                .hasMessage("no");
    }

    @Test
    void hasAnotherPasswordWhenTheUserIsUnknownThenOnlyASuperuserIsTold() {
        var told = catchThrowableOfType(
                ProblemException.class,
                () -> UnknownUser.hasAnotherPassword("user_1", true, () -> refuse(Problem.USER_NOT_FOUND)));
        var other = catchThrowableOfType(
                ProblemException.class,
                () -> UnknownUser.hasAnotherPassword("user_1", false, () -> refuse(Problem.USER_NOT_FOUND)));

        assertThat(told.problem()).isEqualTo(Problem.USER_NOT_FOUND);
        assertThat(other.problem()).isEqualTo(Problem.OLD_PASSWORD_MISMATCH);
        assertThat(other).hasMessage("old password not correct for user_1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hasAnotherPasswordWhenRefusedForAnotherReasonThenThatIsTheReason(boolean superUser) {
        var refused = catchThrowableOfType(
                ProblemException.class,
                () -> UnknownUser.hasAnotherPassword("user_1", superUser, () -> refuse(Problem.INVALID_PASSWORD)));

        assertThat(refused.problem()).isEqualTo(Problem.INVALID_PASSWORD);
    }

    private static void refuse(Problem problem) {
        throw new ProblemException(problem, "no");
    }
}
