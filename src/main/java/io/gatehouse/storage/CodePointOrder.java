package io.gatehouse.storage;

import java.util.Map;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Lets the migrations say what differs between the databases. {@code ${code_point_order}} after a column's type makes names sort by code
 * point: H2 does so by itself, PostgreSQL would sort by the database's language. {@code ${stored}} ends a generated column.
 */
@Component
class CodePointOrder implements FlywayConfigurationCustomizer {

    private final JdbcConnectionDetails database;

    CodePointOrder(JdbcConnectionDetails database) {
        this.database = database;
    }

    @Override
    public void customize(FluentConfiguration configuration) {
        boolean postgres = database.getJdbcUrl().startsWith("jdbc:postgresql:");
        configuration.placeholders(
                Map.of("code_point_order", postgres ? "collate \"C\"" : "", "stored", postgres ? "stored" : ""));
    }
}
