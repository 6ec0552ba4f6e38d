package io.gatehouse.cluster;

import io.gatehouse.caller.UserChanged;
import io.gatehouse.user.PerTransaction;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tells all replicas of a change, if and when its transaction is committed. */
@Component
@ConditionalOnPostgres
class ChangeNotifier {

    /** Where the ids of changed users are told; all versions that run at the same time have to agree on it. */
    static final String CHANNEL = "gatehouse_user_changed";

    /** Told instead of further ids; what is no id makes replicas of all versions forget all users. */
    static final String MANY = "many";

    /** How many users of one transaction are told of by their ids: who listens keeps all that it hears at once in memory. */
    static final int MOST_TOLD = 1000;

    private final JdbcClient jdbc;

    ChangeNotifier(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @EventListener
    void on(UserChanged changed) {
        int told = told();
        if (told < MOST_TOLD) {
            tell(Long.toString(changed.userId()));
        } else if (told == MOST_TOLD) {
            tell(MANY);
        }
    }

    private void tell(String userId) {
        jdbc.sql("select pg_notify(:channel, :userId)")
                .param("channel", CHANNEL)
                .param("userId", userId)
                .query((row, number) -> true)
                .single();
    }

    /** How many changes of this transaction came before this one. */
    private static int told() {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            return 0;
        }
        return PerTransaction.get(Told.class, Told::new).next();
    }

    /** Counts the changes of one transaction. */
    private static final class Told implements TransactionSynchronization {

        private int count;

        private int next() {
            return count > MOST_TOLD ? count : count++;
        }
    }
}
