package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoginThrottleTests {

    private static final String HERE = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";

    private final AtomicInteger refused = new AtomicInteger();
    private long now = 1;
    private final LoginThrottle throttle = new LoginThrottle(
            new ThrottleSettings(20, 200, Duration.ofSeconds(60), Duration.ofMinutes(15), Duration.ZERO), () -> now);

    @Test
    void beginWhen20LoginsFailedThenNoWait() {
        fail(20, "root", HERE);

        assertThat(waitOf("root", HERE)).isNull();
    }

    @Test
    void beginWhenMoreLoginsFailThenWaitsGrowTo60Seconds() {
        List<Long> waits = new ArrayList<>();
        for (int wait = 0; wait < 8; wait++) {
            waits.add(failUntilRefused("root", HERE).toSeconds());
            pass(Duration.ofSeconds(waits.get(wait)));
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void beginWhenWaitIsOverThenMayTryAgain() {
        fail(21, "root", HERE);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ofMillis(999));
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofMillis(1));
        pass(Duration.ofMillis(1));

        assertThat(waitOf("root", HERE)).isNull();
    }

    @Test
    void beginWhenAMinutePassedThenFailuresAreFreeAgainButWaitsGoOnGrowing() {
        fail(21, "root", HERE);

        pass(Duration.ofMinutes(1));

        fail(20, "root", HERE);
        assertThat(waitOf("root", HERE)).isNull();
        fail(1, "root", HERE);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void beginWhenAddressOrUserDiffersThenIsNotBlocked() {
        fail(21, "root", HERE);

        assertThat(waitOf("root", HERE)).isNotNull();
        assertThat(waitOf("root", ELSEWHERE)).isNull();
        assertThat(waitOf("user_1", HERE)).isNull();
    }

    @Test
    void beginWhenAddressFailsWithManyUsersThenAddressWaits() {
        for (int user = 0; user < 201; user++) {
            fail(1, "user_" + user, HERE);
        }

        assertThat(waitOf("another", HERE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf("another", ELSEWHERE)).isNull();
        pass(Duration.ofSeconds(1));
        assertThat(waitOf("another", HERE)).isNull();
        fail(1, "another", HERE);
        assertThat(waitOf("one more", HERE)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void beginWhenPasswordWasRightThenUserStartsAfresh() {
        fail(21, "user_1", HERE);
        pass(Duration.ofSeconds(1));

        throttle.begin("user_1", HERE).succeeded();

        fail(20, "user_1", HERE);
        assertThat(waitOf("user_1", HERE)).isNull();
        fail(1, "user_1", HERE);
        assertThat(waitOf("user_1", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhenPasswordWasRightInTimeThenUserStartsAfresh() {
        fail(19, "user_1", HERE);

        throttle.begin("user_1", HERE).succeeded();

        fail(20, "user_1", HERE);
        assertThat(waitOf("user_1", HERE)).isNull();
    }

    @Test
    void beginWhenPasswordsOfOneUserWereRightThenAddressKeepsItsCount() {
        for (int user = 0; user < 200; user++) {
            fail(1, "user_" + user, HERE);
            throttle.begin("mine", HERE).succeeded();
        }

        fail(1, "another", HERE);

        assertThat(waitOf("mine", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhenAttemptsEndWithoutOutcomeThenTheyDoNotCount() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            throttle.begin("root", HERE).close();
        }

        fail(20, "root", HERE);
        for (int attempt = 0; attempt < 10; attempt++) {
            throttle.begin("root", HERE).close();
        }

        fail(1, "root", HERE);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhenTheLastAttemptOutlastsTheMinuteThenItStillCounts() {
        fail(20, "root", HERE);
        LoginThrottle.Attempt slow = throttle.begin("root", HERE);

        pass(Duration.ofMinutes(1));
        throttle.begin("root", HERE).close();
        slow.failed();

        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhenGuessesAreUnderWayAtOnceThenNoMoreThanTheFreeOnesAndOne() throws Exception {
        var begun = new ConcurrentLinkedQueue<LoginThrottle.Attempt>();
        var threads = Executors.newFixedThreadPool(16);
        for (int guess = 0; guess < 320; guess++) {
            threads.execute(() -> {
                try {
                    begun.add(throttle.begin("root", HERE));
                } catch (ProblemException e) {
                    refused.incrementAndGet();
                }
            });
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(begun).hasSize(21);
        assertThat(refused).hasValue(299);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));

        begun.forEach(LoginThrottle.Attempt::failed);

        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(failUntilRefused("root", HERE)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void beginWhenUsersAtOneAddressAreUnderWayAtOnceThenNoMoreThanTheFreeOnesAndOne() {
        for (int user = 0; user < 201; user++) {
            throttle.begin("user_" + user, HERE);
        }

        assertThat(waitOf("another", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhen15MinutesPassedThenAllIsForgotten() {
        failUntilRefused("root", HERE);
        pass(Duration.ofMinutes(1));
        failUntilRefused("root", HERE);

        pass(Duration.ofMinutes(15));

        fail(20, "root", HERE);
        assertThat(waitOf("root", HERE)).isNull();
        fail(1, "root", HERE);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhenAddressesAreOfOneIpv6NetworkThenTheyCountAsOne() {
        fail(21, "root", "2001:db8:0:1::1");

        assertThat(waitOf("root", "2001:db8:0:1:ffff:ffff:ffff:ffff")).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf("root", "[2001:db8:0:1::2]")).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf("root", "2001:db8:0:2::1")).isNull();
    }

    @Test
    void beginWhenAddressIsNoneThenItStandsForItself() {
        fail(21, "root", "a socket's name");

        assertThat(waitOf("root", "a socket's name")).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf("root", "another name")).isNull();
    }

    @Test
    void beginWhenIpv4AddressIsWrittenAsIpv6ThenItIsTheSame() {
        fail(21, "root", "::ffff:" + HERE);

        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf("root", "::ffff:" + ELSEWHERE)).isNull();
    }

    @Test
    void beginWhenNamesDifferOnlyFarOutThenTheyShareTheirCount() {
        String name = "n".repeat(64);

        fail(21, name + "a".repeat(10_000), HERE);

        assertThat(waitOf(name, HERE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitOf(name.substring(1), HERE)).isNull();
    }

    @Test
    void beginWhenRefusedThenSaysSoWithoutNames() {
        fail(21, "root", HERE);

        var refusal = catchThrowableOfType(ProblemException.class, () -> throttle.begin("root", HERE));

        assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS);
        assertThat(refusal).hasMessage("too many failed logins of this user from your address, try again in 1 second");
        assertThat(refusal.quota()).contains(new Quota("failed-logins-per-user", 20, Duration.ofMinutes(1)));
    }

    @Test
    void beginWhenAddressIsRefusedThenNamesItsQuota() {
        for (int user = 0; user < 201; user++) {
            fail(1, "user_" + user, HERE);
        }

        var refusal = catchThrowableOfType(ProblemException.class, () -> throttle.begin("another", HERE));

        assertThat(refusal).hasMessage("too many failed logins from your address, try again in 1 second");
        assertThat(refusal.quota()).contains(new Quota("failed-logins-per-address", 200, Duration.ofMinutes(1)));
    }

    @Test
    void beginWhenBothWaitEquallyLongThenTheAddressIsNamed() {
        var strict = new LoginThrottle(
                new ThrottleSettings(1, 1, Duration.ofSeconds(60), Duration.ofMinutes(15), Duration.ZERO), () -> now);
        strict.begin("root", HERE).failed();
        strict.begin("root", HERE).failed();

        var refusal = catchThrowableOfType(ProblemException.class, () -> strict.begin("root", HERE));

        assertThat(refusal.quota()).contains(new Quota("failed-logins-per-address", 1, Duration.ofMinutes(1)));
    }

    @Test
    void beginWhenFreeFailuresAreUsedUpThenThereIsStillOneCount() {
        fail(21, "root", HERE);

        assertThat(throttle.byUser.size()).isEqualTo(1);
        assertThat(throttle.byAddress.size()).isEqualTo(1);
    }

    @Test
    void beginWhenAMillionAddressesFailThenMemoryIsBoundedAndAFrequentGuesserIsNotForgotten() {
        failUntilRefused("root", HERE);

        for (int address = 0; address < 1_000_000; address++) {
            fail(1, "root", "10." + (address >> 16) + "." + ((address >> 8) & 255) + "." + (address & 255));
        }

        assertThat(throttle.byUser.size()).isEqualTo(Counts.MOST + 1);
        assertThat(throttle.byAddress.size()).isEqualTo(Counts.MOST);
        assertThat(waitOf("root", HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void beginWhenNothingFailedThenNothingIsKept() {
        for (int address = 0; address < 1000; address++) {
            throttle.begin("root", "192.0.2." + address).close();
            throttle.begin("root", "192.0.2." + address).succeeded();
        }

        assertThat(throttle.byUser.size()).isZero();
        assertThat(throttle.byAddress.size()).isZero();
    }

    @Test
    void beginWhenOneAddressSendsManyNamesThenItFillsNothing() {
        int begun = 0;
        for (int user = 0; user < 100_000; user++) {
            begun += waitOf("user_" + user, HERE) == null ? 1 : 0;
            if (user < 1000) {
                failIfAllowed("user_" + user, HERE);
            }
        }

        assertThat(begun).isLessThanOrEqualTo(201);
        assertThat(throttle.byUser.size()).isLessThanOrEqualTo(201);
    }

    private void fail(int times, String user, String address) {
        for (int i = 0; i < times; i++) {
            throttle.begin(user, address).failed();
        }
    }

    private void failIfAllowed(String user, String address) {
        if (waitOf(user, address) == null) {
            fail(1, user, address);
        }
    }

    private Duration failUntilRefused(String user, String address) {
        while (true) {
            Duration wait = waitOf(user, address);
            if (wait != null) {
                return wait;
            }
            fail(1, user, address);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private @Nullable Duration waitOf(String user, String address) {
        try {
            throttle.begin(user, address).close();
            return null;
        } catch (ProblemException e) {
            return e.retryAfter().orElseThrow();
        }
    }
}
