package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A flood of refusals becomes few events, and each refusal is counted in one of them. */
class RepeatedRefusalsTests {

    private static final int PER_MINUTE = 3;

    private final AuditFixture audit = new AuditFixture();
    private final AuditWriter writer = audit.writer(AuditFixture.log(null), 20_000);
    private final RepeatedRefusals refusals = audit.refusals(writer, PER_MINUTE);

    @Test
    void refusalWhenRepeatedWithinAMinuteThenIsOneEventWithItsCount() {
        for (int i = 0; i < 5; i++) {
            refusals.write(drop("user_1", "bob", "192.0.2.1"), Problem.PERMISSION_DENIED);
        }

        refusals.endMinutes();
        assertThat(waiting())
                .as("the first is written at once, the count later")
                .isEqualTo(1);

        assertThat(written()).containsExactly("user_1 bob 192.0.2.1 permission-denied 5");
    }

    @Test
    void refusalsWhenOfManyAddressesOfANetworkThenAreOneEventOfTheNetwork() {
        for (int i = 1; i <= 99; i++) {
            refusals.write(login(null, "2001:db8::" + i), Problem.UNAUTHENTICATED);
            refusals.write(drop("user_1", "bob", "2001:db8::" + i), Problem.PERMISSION_DENIED);
        }
        refusals.write(login(null, "2001:db8:0:1::1"), Problem.UNAUTHENTICATED);
        refusals.write(login(null, "2001:db8:0:1::1"), Problem.UNAUTHENTICATED);
        assertThat(waiting()).isEqualTo(3);

        assertThat(written())
                .containsExactly(
                        "- - 2001:db8::/64 unauthenticated 99",
                        "user_1 bob 2001:db8::/64 permission-denied 99",
                        "- - 2001:db8:0:1::1 unauthenticated 2");
    }

    @Test
    void refusalWhenItsAddressIsLongThenItsCountFitsTheTrail() {
        String first = "x".repeat(70);
        refusals.write(login(null, first), Problem.UNAUTHENTICATED);
        refusals.write(login(null, first), Problem.UNAUTHENTICATED);

        assertThat(written()).containsExactly("- - " + "x".repeat(64) + " unauthenticated 2");
    }

    @Test
    void refusalWhenItsMinuteHasEndedThenIsAnotherEvent() {
        for (int i = 0; i < 2; i++) {
            refusals.write(drop("user_1", "bob", "192.0.2.1"), Problem.PERMISSION_DENIED);
            refusals.endThoseBegunBy(System.nanoTime());
        }

        assertThat(written())
                .containsExactly(
                        "user_1 bob 192.0.2.1 permission-denied 1", "user_1 bob 192.0.2.1 permission-denied 1");
    }

    @Test
    void refusalWhenWhoWhatWhyOrAddressDiffersThenIsAnotherEvent() {
        refusals.write(drop("user_1", "bob", "192.0.2.1"), Problem.PERMISSION_DENIED);
        refusals.write(drop("user_2", "bob", "192.0.2.1"), Problem.PERMISSION_DENIED);
        refusals.write(drop("user_1", "carol", "192.0.2.1"), Problem.PERMISSION_DENIED);
        refusals.write(drop("user_1", "bob", "192.0.2.2"), Problem.PERMISSION_DENIED);
        refusals.write(drop("user_2", "bob", "192.0.2.1"), Problem.USER_NOT_FOUND);

        assertThat(written()).hasSize(5).allMatch(line -> line.endsWith(" 1"));
    }

    @Test
    void refusalsOfAUserWhenTheyDifferTooOftenThenTheOthersShareAnEventThatNamesTheUser() {
        for (int i = 0; i < 10; i++) {
            refusals.write(drop("user_1", "name_" + i, "192.0.2." + i), Problem.PERMISSION_DENIED);
        }
        refusals.write(drop("user_2", "bob", "192.0.2.1"), Problem.PERMISSION_DENIED);

        assertThat(written())
                .containsExactly(
                        "user_1 name_0 192.0.2.0 permission-denied 1",
                        "user_1 name_1 192.0.2.1 permission-denied 1",
                        "user_1 name_2 192.0.2.2 permission-denied 1",
                        "user_1 - 192.0.2.3 permission-denied 7",
                        "user_2 bob 192.0.2.1 permission-denied 1");
    }

    @Test
    void loginsOfANetworkWhenTheyDifferTooOftenThenTheOthersShareAnEventWithoutNames() {
        for (int i = 0; i < 10; i++) {
            refusals.write(login("user_" + i, "2001:db8::" + i), Problem.UNAUTHENTICATED);
        }
        refusals.write(login("user_9", "2001:db8:0:1::1"), Problem.UNAUTHENTICATED);

        assertThat(written())
                .containsExactly(
                        "user_0 user_0 2001:db8::0 unauthenticated 1",
                        "user_1 user_1 2001:db8::1 unauthenticated 1",
                        "user_2 user_2 2001:db8::2 unauthenticated 1",
                        "- - 2001:db8::/64 unauthenticated 7",
                        "user_9 user_9 2001:db8:0:1::1 unauthenticated 1");
    }

    @Test
    void loginsWhenManyNetworksFloodThenShareOneEventAndUsersKeepTheirs() {
        int networks = RepeatedRefusals.MOST_OPEN + 1000;
        for (int i = 0; i < networks; i++) {
            refusals.write(login(null, "10.1." + i / 256 + "." + i % 256), Problem.OVERLOADED);
        }
        refusals.write(drop("user_1", "bob", "10.1.0.0"), Problem.PERMISSION_DENIED);

        List<String> written = written();
        assertThat(written).hasSize(RepeatedRefusals.MOST_OPEN + 2).endsWith("user_1 bob 10.1.0.0 permission-denied 1");
        assertThat(written.get(RepeatedRefusals.MOST_OPEN)).endsWith(" overloaded 1000");
    }

    @Test
    void sharesWhenTheMinutesHaveEndedThenAreFreeAgain() {
        for (int minute = 0; minute < 2; minute++) {
            for (int i = 0; i < PER_MINUTE; i++) {
                refusals.write(drop("user_1", "name_" + i, "192.0.2.1"), Problem.PERMISSION_DENIED);
            }
            refusals.endThoseBegunBy(System.nanoTime());
        }

        assertThat(written()).hasSize(2 * PER_MINUTE).noneMatch(line -> line.startsWith("user_1 -"));
    }

    @Test
    void refusalsWhenManyThreadsRepeatThemWhileMinutesEndThenNoneIsLost() throws InterruptedException {
        int threads = 8;
        int each = 20_000;
        var done = new CountDownLatch(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int thread = 0; thread < threads; thread++) {
            pool.execute(() -> {
                for (int i = 0; i < each; i++) {
                    refusals.write(drop("user_1", "name_" + i % 5, "192.0.2.1"), Problem.PERMISSION_DENIED);
                }
                done.countDown();
            });
        }
        while (!done.await(20, TimeUnit.MILLISECONDS)) {
            refusals.endThoseBegunBy(System.nanoTime());
        }
        pool.shutdown();

        written();
        assertThat(audit.written().stream().mapToLong(AuditEvent::count).sum()).isEqualTo((long) threads * each);
        assertThat(audit.registry.get("gatehouse.audit.lost").counter().count()).isZero();
    }

    @Test
    void countWhenItsEventWasNotWrittenThenIsWrittenWithIt() {
        AuditEvent lost = AuditFixture.login(1, "user_1", "unauthenticated").counted(7, "192.0.2.1");

        audit.store.setCount(lost);

        assertThat(audit.written()).containsExactly(lost);
    }

    private static Operation drop(String caller, String target, String address) {
        return new Operation(Action.DROP_USER, client(address), caller, target, null);
    }

    private static Operation login(@Nullable String user, String address) {
        return new Operation(Action.LOGIN, client(address), user, user, null);
    }

    private static Client client(String address) {
        return new Client(Face.API, address, "0123456789abcdef");
    }

    private double waiting() {
        return audit.registry.get("gatehouse.audit.waiting").gauge().value();
    }

    /** Stops everything; what was written, the oldest first, as {@code user target address reason count}. */
    private List<String> written() {
        refusals.stop();
        writer.start();
        writer.stop();
        List<String> lines = new ArrayList<>();
        for (AuditEvent event : audit.store.find(AuditFixture.ALL, 20_000).stream()
                .map(AuditStore.Stored::event)
                .toList()) {
            lines.add(
                    0,
                    String.join(
                            " ",
                            event.user() == null ? "-" : event.user(),
                            event.target() == null ? "-" : event.target(),
                            event.address(),
                            String.valueOf(event.reason()),
                            Long.toString(event.count())));
        }
        return lines;
    }
}
