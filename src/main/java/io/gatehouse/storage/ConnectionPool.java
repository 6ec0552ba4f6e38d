package io.gatehouse.storage;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/** What the connection pool has to know of each database to get over its faults. */
@Component
class ConnectionPool implements BeanPostProcessor {

    /** A server that takes a connection and says nothing would otherwise be waited for without end. */
    private static final String POSTGRES_LOGIN_SECONDS = "3";

    /**
     * No statement waits longer for a lock, in milliseconds: H2's own default, where PostgreSQL would wait without end and one that holds
     * locks for long would take every connection of every pool.
     */
    private static final String LIMIT_OF_LOCK_WAITS = "set lock_timeout = 2000";

    private final ObjectProvider<FailedWrites> failedWrites;

    ConnectionPool(ObjectProvider<FailedWrites> failedWrites) {
        this.failedWrites = failedWrites;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof HikariDataSource pool) {
            String url = String.valueOf(pool.getJdbcUrl());
            String own = pool.getConnectionInitSql();
            pool.setConnectionInitSql(own == null ? LIMIT_OF_LOCK_WAITS : LIMIT_OF_LOCK_WAITS + "; " + own);
            if (url.startsWith("jdbc:h2:")) {
                pool.setExceptionOverride(new GivenUp(pool, failedWrites.getObject()));
            } else if (url.startsWith("jdbc:postgresql:")) {
                pool.getDataSourceProperties().putIfAbsent("loginTimeout", POSTGRES_LOGIN_SECONDS);
                pool.setExceptionOverride(new Noted(failedWrites.getObject()));
            }
        }
        return bean;
    }

    /** Leaves to the pool what it does about a failure. */
    private record Noted(FailedWrites failedWrites) implements SQLExceptionOverride {

        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            failedWrites.note(failure);
            return SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
    }

    /**
     * Lets go of the embedded database as soon as H2 has given it up, so that the next connection opens it anew. H2 gives up when a
     * write fails, such as on a full disk. Its connections are worth nothing from then on but go on to call themselves valid, so the
     * pool would keep them for ever; and a statement on one of them may never end.
     */
    private record GivenUp(HikariDataSource pool, FailedWrites failedWrites) implements SQLExceptionOverride {

        /** H2's GENERAL_ERROR_1, IO_EXCEPTION_1 and DATABASE_IS_CLOSED. */
        private static final Set<Integer> CODES = Set.of(50000, 90028, 90098);

        /** H2's LOCK_TIMEOUT_1, which the pool would take for a connection that does not answer. */
        private static final int LOCK_TIMEOUT = 50200;

        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            failedWrites.note(failure);
            if (failure.getErrorCode() == LOCK_TIMEOUT) {
                return SQLExceptionOverride.Override.DO_NOT_EVICT;
            }
            if (!CODES.contains(failure.getErrorCode())) {
                return SQLExceptionOverride.Override.CONTINUE_EVICT;
            }
            // All at once: one that is used later would take what was opened anew off H2's list of open databases
            pool.getHikariPoolMXBean().softEvictConnections();
            return SQLExceptionOverride.Override.MUST_EVICT;
        }
    }
}
