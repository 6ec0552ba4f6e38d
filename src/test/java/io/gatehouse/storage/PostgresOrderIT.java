package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a database that sorts as a dictionary does, as many an operator's will: one that sorts by bytes would prove nothing. */
class PostgresOrderIT extends OrderContract {

    private static final Map<String, String> DICTIONARY = sortingAsADictionary(TestDatabase.POSTGRES.fresh());

    PostgresOrderIT() {
        super(DICTIONARY);
    }

    @Test
    void databaseWhenAskedByItselfThenSortsAsADictionary() throws SQLException {
        try (Connection connection = TestDatabase.connect(DICTIONARY);
                var statement = connection.createStatement();
                var answer = statement.executeQuery("select 'a_lower' < 'B_upper'")) {
            assertThat(answer.next()).isTrue();
            assertThat(answer.getBoolean(1)).isTrue();
        }
    }

    private static Map<String, String> sortingAsADictionary(Map<String, String> plain) {
        String name = "sorting_as_a_dictionary";
        try (Connection connection = TestDatabase.connect(plain);
                var statement = connection.createStatement()) {
            statement.execute("create database " + name
                    + " template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Map<String, String> database = new HashMap<>(plain);
        database.computeIfPresent("spring.datasource.url", (key, url) -> url.replaceFirst("/[^/]*$", "/" + name));
        return Map.copyOf(database);
    }
}
