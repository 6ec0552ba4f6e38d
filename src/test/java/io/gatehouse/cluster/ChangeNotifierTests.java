package io.gatehouse.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.UserChanged;
import io.gatehouse.testing.MemoryDatabase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class ChangeNotifierTests {

    private static final List<String> NOTIFIED = new CopyOnWriteArrayList<>();

    /** In PostgreSQL's place. */
    public static final class Channels {

        public static String notify(String channel, String payload) {
            NOTIFIED.add(channel + " " + payload);
            return "";
        }
    }

    @AfterEach
    void forget() {
        NOTIFIED.clear();
    }

    @Test
    void onWhenAUserChangedThenItsIdIsTold() {
        JdbcClient jdbc = JdbcClient.create(MemoryDatabase.migrated());
        jdbc.sql("create alias pg_notify for \"" + Channels.class.getName() + ".notify\"")
                .update();
        Operation operation = Operation.of(Action.DROP_USER, Caller.operator("id"));

        new ChangeNotifier(jdbc).on(new UserChanged(operation, 4_294_967_296L));

        assertThat(NOTIFIED).containsExactly("gatehouse_user_changed 4294967296");
    }

    @Test
    void onWhenOneTransactionChangedManyUsersThenTheRestOfThemIsToldAtOnce() {
        JdbcClient jdbc = JdbcClient.create(MemoryDatabase.migrated());
        jdbc.sql("create alias pg_notify for \"" + Channels.class.getName() + ".notify\"")
                .update();
        Operation operation = Operation.of(Action.IMPORT_USER, Caller.operator("id"));
        var notifier = new ChangeNotifier(jdbc);

        TransactionSynchronizationManager.initSynchronization();
        try {
            for (long id = 1; id <= ChangeNotifier.MOST_TOLD + 3; id++) {
                notifier.on(new UserChanged(operation, id));
            }
        } finally {
            TransactionSynchronizationManager.clear();
        }

        assertThat(NOTIFIED)
                .hasSize(ChangeNotifier.MOST_TOLD + 1)
                .startsWith("gatehouse_user_changed 1")
                .endsWith("gatehouse_user_changed " + ChangeNotifier.MOST_TOLD, "gatehouse_user_changed many");
    }

    @ParameterizedTest
    @CsvSource({"jdbc:postgresql://db/gatehouse, true", "jdbc:h2:mem:gatehouse, false", "'', false"})
    void startWhenTheDatabaseIsForOneProcessThenThereIsNobodyToTell(String url, boolean tells) {
        new ApplicationContextRunner()
                .withBean(JdbcClient.class, () -> JdbcClient.create(MemoryDatabase.migrated()))
                .withUserConfiguration(ChangeNotifier.class)
                .withPropertyValues("spring.datasource.url=" + url)
                .run(context -> assertThat(context.getBeanNamesForType(ChangeNotifier.class))
                        .hasSize(tells ? 1 : 0));
    }
}
