package io.gatehouse.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.UnreliableDatabase;
import io.gatehouse.testing.UnreliableDatabase.State;
import io.gatehouse.user.CurrentUsers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a replica believes while it hears of the others' changes, and while it does not. */
@ExtendWith(OutputCaptureExtension.class)
class ChangeListenerTests {

    private static final int SOON_MILLIS = 10_000;
    private static final String DEAF =
            "changes of other replicas are not heard of, so the database is asked on every call";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CurrentUsers currentUsers = mock(CurrentUsers.class);
    private final UnreliableDatabase pool = new UnreliableDatabase();
    private FakePostgres postgres;
    private ChangeListener listener;

    @BeforeEach
    void make() throws SQLException {
        postgres = new FakePostgres();
        listener = new ChangeListener(details(postgres.url), pool, currentUsers, registry);
    }

    @AfterEach
    void stop() throws SQLException {
        listener.stop();
        postgres.close();
    }

    @Test
    void startWhenItHearsThenRemembersOnlyFromThenOn() {
        assertThat(listener.isRunning()).isFalse();
        assertThat(listening()).isZero();

        listener.start();
        awaitListening(1);

        var order = inOrder(currentUsers);
        order.verify(currentUsers).askEveryTime();
        order.verify(currentUsers).remember();
        order.verifyNoMoreInteractions();
        assertThat(listener.isRunning()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("change-listener"))
                .singleElement()
                .matches(Thread::isDaemon);
        assertThat(postgres.channels).containsExactly("gatehouse_user_changed");
    }

    @Test
    void startWhenItConnectsThenAsTheApplicationsUserUnderANameOfItsOwn() {
        listener.start();
        awaitListening(1);

        Properties login = postgres.logins.get(0);
        assertThat(login)
                .containsEntry("user", "gatehouse")
                .containsEntry("password", "P@ssw0rd")
                .containsEntry("ApplicationName", "gatehouse-listener")
                .containsEntry("loginTimeout", "3")
                .containsEntry("tcpKeepAlive", "true");
    }

    @Test
    void notificationWhenItNamesAUserThenThatOneIsForgotten() {
        listener.start();

        awaitListening(1);
        postgres.notify(ChangeNotifier.CHANNEL, "7");
        postgres.notify(ChangeNotifier.CHANNEL, "8");

        verify(currentUsers, timeout(SOON_MILLIS)).forget(7);
        verify(currentUsers, timeout(SOON_MILLIS)).forget(8);
        verify(currentUsers).remember();
    }

    @Test
    void notificationWhenItIsNoUserIdThenEverythingIsForgotten() {
        listener.start();

        awaitListening(1);
        postgres.notify(ChangeNotifier.CHANNEL, "all of them");

        verify(currentUsers, timeout(SOON_MILLIS).times(2)).remember();
        verify(currentUsers, never()).forget(anyLong());
        assertThat(listening()).isEqualTo(1);
    }

    @Test
    void startWhenTheProofIsDeliveredLateThenIsWaitedFor() {
        postgres.silences.set(3);

        listener.start();
        awaitListening(1);

        assertThat(postgres.logins).hasSize(1);
    }

    /** A server that ends may end the listener's connection before those of the pool. */
    @ParameterizedTest
    @CsvSource({"ANSWERS, 2", "ANSWERS_ONCE_MORE, 1", "DOES_NOT_ANSWER, 1"})
    void connectionWhenCutThenTheDatabaseIsAskedIfItGoesOnAnsweringUntilItHearsAgain(State state, int asksEveryTime) {
        pool.becomes(state);
        listener.start();
        awaitListening(1);

        postgres.cut();

        verify(currentUsers, timeout(SOON_MILLIS).times(2)).remember();
        verify(currentUsers, times(asksEveryTime)).askEveryTime();
        awaitListening(1);
        assertThat(postgres.open).hasValue(1);
        assertThat(pool.open()).isZero();
    }

    @Test
    void connectionWhenSilentAndDeadThenAnotherOneIsMade() {
        listener.start();
        awaitListening(1);

        postgres.valid = false;

        Await.until("it connects again", () -> postgres.logins.size() > 1);
    }

    @Test
    void listenerWhenItCannotComeBackThenIsDeafAndSaysSoOnce(CapturedOutput output) {
        pool.becomes(State.REFUSES);
        listener.start();
        awaitListening(1);

        postgres.refuses = true;
        postgres.cut();
        Await.until("it tried twice", () -> postgres.logins.size() > 2);

        assertThat(listening()).isZero();
        verify(currentUsers).askEveryTime();
        verify(currentUsers).remember();
        assertThat(output.getAll())
                .containsOnlyOnce(DEAF + ": cut (SQL state 08006)")
                .doesNotContain("08001");
        postgres.refuses = false;
        awaitListening(1);
        postgres.cut();
        verify(currentUsers, timeout(SOON_MILLIS).times(3)).remember();
        assertThat(output.getAll().split(DEAF, -1)).hasSize(3);
    }

    @Test
    void startWhenAPoolerKeepsNotificationsThenItIsNotBelievedToHear(CapturedOutput output) {
        postgres.pooled = true;
        postgres.notify(ChangeNotifier.CHANNEL, "7");

        listener.start();

        Await.until(
                "it says why",
                () -> output.getAll()
                        .contains(DEAF + ": LISTEN is taken, and nothing is delivered: a pooler in transaction mode?"));
        assertThat(listening()).isZero();
        verify(currentUsers, never()).remember();
    }

    @Test
    void stopWhenItHearsThenItsConnectionAndThreadEnd() {
        listener.start();
        awaitListening(1);

        listener.stop();

        assertThat(listener.isRunning()).isFalse();
        assertThat(listening()).isZero();
        assertThat(postgres.aborted).isTrue();
        assertThat(postgres.open).hasValue(0);
        assertThreadEnded();
    }

    @Test
    void stopWhenItIsBetweenTwoTriesThenDoesNotTryAgain() {
        postgres.refuses = true;
        listener.start();
        Await.until("it tried", () -> !postgres.logins.isEmpty());

        listener.stop();
        postgres.refuses = false;

        assertThat(postgres.logins).hasSize(1);
        assertThreadEnded();
    }

    @Test
    void stopWhenTheCallerIsInterruptedThenDoesNotWaitAndStaysInterrupted() {
        listener.start();
        awaitListening(1);
        Thread.currentThread().interrupt();

        listener.stop();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(listener.isRunning()).isFalse();
    }

    private static void assertThreadEnded() {
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("change-listener");
    }

    private double listening() {
        return registry.get("gatehouse.cluster.listening").gauge().value();
    }

    private void awaitListening(double value) {
        Await.until("it listens: " + value, () -> listening() == value);
    }

    private static JdbcConnectionDetails details(String url) {
        return new JdbcConnectionDetails() {

            @Override
            public String getUsername() {
                return "gatehouse";
            }

            @Override
            public String getPassword() {
                return "P@ssw0rd";
            }

            @Override
            public String getJdbcUrl() {
                return url;
            }
        };
    }
}
