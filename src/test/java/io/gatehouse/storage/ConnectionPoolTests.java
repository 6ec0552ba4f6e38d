package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

class ConnectionPoolTests {

    private static final String H2 = "jdbc:h2:mem:pool";

    @ParameterizedTest
    @ValueSource(ints = {50000, 90028, 90098})
    void failureWhenH2HasGivenUpThenAllConnectionsAreLetGo(int code) throws SQLException {
        try (HikariDataSource pool = prepared(H2)) {
            pool.getConnection().close();

            assertThat(judgement(pool, code)).isEqualTo(SQLExceptionOverride.Override.MUST_EVICT);
            assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
        }
    }

    @Test
    void failureWhenOnlyAStatementFailedThenTheConnectionsStay() throws SQLException {
        try (HikariDataSource pool = prepared(H2)) {
            pool.getConnection().close();

            assertThat(judgement(pool, 23505)).isEqualTo(SQLExceptionOverride.Override.CONTINUE_EVICT);
            assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
        }
    }

    @Test
    void lockWhenSomebodyElseHoldsItThenIsWaitedForTwoSecondsAndTheConnectionStays() throws SQLException {
        try (HikariDataSource pool = prepared(H2);
                var configured = new HikariDataSource()) {
            configured.setJdbcUrl(H2);
            configured.setConnectionInitSql("set non_keywords value");
            connectionPool().postProcessBeforeInitialization(configured, "dataSource");

            for (HikariDataSource each : List.of(pool, configured)) {
                try (var connection = each.getConnection();
                        var limit = connection.createStatement().executeQuery("values lock_timeout()")) {
                    limit.next();
                    assertThat(limit.getInt(1)).isEqualTo(2000);
                }
            }
            assertThat(configured.getConnectionInitSql()).endsWith("; set non_keywords value");
            assertThat(judgement(pool, 50200)).isEqualTo(SQLExceptionOverride.Override.DO_NOT_EVICT);
        }
    }

    @Test
    void loginWhenPostgresSaysNothingThenIsGivenUpUnlessTheOperatorSaysWhen() {
        try (HikariDataSource pool = prepared("jdbc:postgresql://db/gatehouse");
                var configured = new HikariDataSource()) {
            configured.setJdbcUrl("jdbc:postgresql://db/gatehouse");
            configured.addDataSourceProperty("loginTimeout", "7");
            connectionPool().postProcessBeforeInitialization(configured, "dataSource");

            assertThat(pool.getDataSourceProperties()).containsEntry("loginTimeout", "3");
            assertThat(configured.getDataSourceProperties()).containsEntry("loginTimeout", "7");
        }
    }

    @Test
    void beanWhenItIsNoPoolThenIsLeftAlone() {
        var config = new HikariConfig();
        config.setJdbcUrl(H2);

        assertThat(connectionPool().postProcessBeforeInitialization(config, "config"))
                .isSameAs(config);
        assertThat(config.getExceptionOverride()).isNull();
    }

    private static HikariDataSource prepared(String url) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setMinimumIdle(0);
        pool.setMaximumPoolSize(2);
        assertThat(connectionPool().postProcessBeforeInitialization(pool, "dataSource"))
                .isSameAs(pool);
        return pool;
    }

    private static SQLExceptionOverride.Override judgement(HikariDataSource pool, int code) {
        return pool.getExceptionOverride().adjudicate(new SQLException("", "", code));
    }

    private static ConnectionPool connectionPool() {
        var beans = new StaticListableBeanFactory(Map.of("failedWrites", new FailedWrites()));
        return new ConnectionPool(beans.getBeanProvider(FailedWrites.class));
    }
}
