package io.gatehouse.cluster;

import io.gatehouse.user.UserChanged;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells all replicas of a change, if and when its transaction is committed. */
@Component
@ConditionalOnPostgres
class ChangeNotifier {

    /** Where the ids of changed users are told; all versions that run at the same time have to agree on it. */
    static final String CHANNEL = "gatehouse_user_changed";

    private final JdbcClient jdbc;

    ChangeNotifier(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @EventListener
    void on(UserChanged changed) {
        jdbc.sql("select pg_notify(:channel, :userId)")
                .param("channel", CHANNEL)
                .param("userId", Long.toString(changed.userId()))
                .query((row, number) -> true)
                .single();
    }
}
