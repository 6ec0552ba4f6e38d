package io.gatehouse.testing;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** H2 in memory with Gatehouse's schema, for unit tests of what reads and writes it; lives as long as the tests. */
public final class MemoryDatabase {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private MemoryDatabase() {}

    /** The address of a new one without the schema. */
    public static String url() {
        return "jdbc:h2:mem:gatehouse_" + NEXT.incrementAndGet()
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1";
    }

    /** A new one without a row. */
    public static DataSource migrated() {
        var database = new DriverManagerDataSource(url());
        flyway(database).load().migrate();
        return database;
    }

    /** What makes Gatehouse's schema in a new one. */
    public static FluentConfiguration flyway(DataSource database) {
        return Flyway.configure().dataSource(database).placeholders(Map.of("code_point_order", "", "stored", ""));
    }
}
