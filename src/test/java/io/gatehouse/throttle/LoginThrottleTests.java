package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoginThrottleTests {

    private static final String HERE = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";

    private long now = 1;
    private final LoginThrottle throttle =
            new LoginThrottle(new ThrottleSettings(20, 200, Duration.ofSeconds(60), Duration.ofMinutes(15)), () -> now);

    @Test
    void checkWhen20LoginsFailedThenNoWait() {
        fail(20, "root", HERE);

        assertThat(waitOf("root", HERE)).isNull();
    }

    @Test
    void checkWhenMoreLoginsFailThenWaitsGrowTo60Seconds() {
        fail(20, "root", HERE);

        List<Long> waits = new ArrayList<>();
        for (int failure = 0; failure < 8; failure++) {
            fail(1, "root", HERE);
            Duration wait = waitOf("root", HERE);
            waits.add(wait == null ? 0 : wait.toSeconds());
            now += Duration.ofMillis(1).toNanos();
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void checkWhenWaitIsOverThenMayTryAgain() {
        fail(21, "root", HERE);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ofSeconds(1));

        assertThat(waitOf("root", HERE)).isNull();
    }

    @Test
    void checkWhenAddressOrUserDiffersThenIsNotBlocked() {
        fail(30, "root", HERE);

        assertThat(waitOf("root", ELSEWHERE)).isNull();
        assertThat(waitOf("user_1", HERE)).isNull();
    }

    @Test
    void checkWhenAddressFailsWithManyUsersThenAddressWaits() {
        for (int user = 0; user < 201; user++) {
            fail(1, "user_" + user, HERE);
        }

        assertThat(waitOf("another", HERE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf("another", ELSEWHERE)).isNull();
    }

    @Test
    void checkWhenPasswordWasRightThenUserStartsAfresh() {
        fail(21, "user_1", HERE);

        throttle.succeeded("user_1", HERE);

        assertThat(waitOf("user_1", HERE)).isNull();
        fail(20, "user_1", HERE);
        assertThat(waitOf("user_1", HERE)).isNull();
    }

    @Test
    void checkWhen15MinutesPassedThenAllIsForgotten() {
        fail(27, "root", HERE);

        pass(Duration.ofMinutes(15));

        fail(20, "root", HERE);
        assertThat(waitOf("root", HERE)).isNull();
        fail(1, "root", HERE);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void checkWhenRefusedThenSaysSoWithoutNames() {
        fail(21, "root", HERE);

        var refused = catchThrowableOfType(ProblemException.class, () -> throttle.check("root", HERE));

        assertThat(refused.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS);
        assertThat(refused).hasMessage("too many failed logins");
    }

    @Test
    void checkWhenNothingFailedThenNoWait() {
        assertThatCode(() -> throttle.check("root", HERE)).doesNotThrowAnyException();
    }

    private void fail(int times, String user, String address) {
        for (int i = 0; i < times; i++) {
            throttle.failed(user, address);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private @Nullable Duration waitOf(String user, String address) {
        try {
            throttle.check(user, address);
            return null;
        } catch (ProblemException e) {
            return e.retryAfter().orElseThrow();
        }
    }
}
