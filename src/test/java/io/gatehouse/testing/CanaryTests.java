package io.gatehouse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that finds nothing has to be one that would find something. */
class CanaryTests {

    private static final Canary CANARY = Canary.of("c@nary/1?");

    @Test
    void inWhenAFormWasPlantedThenIsFound() {
        CANARY.forms().forEach((name, form) -> {
            byte[] planted = ("before" + new String(form, StandardCharsets.ISO_8859_1) + "behind")
                    .getBytes(StandardCharsets.ISO_8859_1);

            assertThat(CANARY.in(planted)).contains(name);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root:c@nary/1?",
                "root%3Ac%40nary%2F1%3F",
                "cm9vdDpjQG5hcnkvMT8=",
                "eHJvb3Q6Y0BuYXJ5LzE/IA==",
                "IHgucm9vdDpjQG5hcnkvMT8uCg==",
                "726f6f743a63406e6172792f313f",
                "63 40 6e 61 72 79 2f 31 3f",
                "\\u0063\\u0040\\u006e\\u0061\\u0072\\u0079\\u002f\\u0031\\u003f"
            })
    void inWhenATokenIsEncodedThenItsPasswordIsFound(String text) {
        assertThat(CANARY.in(text)).isNotEmpty();
    }

    @Test
    void inWhenPasswordIsAnotherThenIsNotFound() {
        assertThat(CANARY.in("c@nary/2? and cm9vdDpjQG5hcnkvMg==")).isEmpty();
    }

    /** PostgreSQL has the password in a row of a table, H2 in a file. */
    @ParameterizedTest
    @EnumSource
    void databaseWhenItHoldsThePasswordThenIsFoundOnceAndALastingOneEachTime(TestDatabase kind) throws SQLException {
        for (Map<String, String> database : List.of(kind.fresh(), kind.lasting())) {
            try (Connection connection = TestDatabase.connect(database);
                    var statement = connection.createStatement()) {
                statement.execute("create table planted as select 'c@nary/1?' as word");
            }
        }

        List<String> first = TestDatabase.allWith(CANARY);
        List<String> second = TestDatabase.allWith(CANARY);

        assertThat(second).isNotEmpty();
        assertThat(first).containsAll(second).hasSize(second.size() + 1);
    }

    @Test
    void streamWhenPasswordIsPrintedThenIsFoundAndPassedOn() {
        var target = new ByteArrayOutputStream();
        List<String> found = new ArrayList<>();

        try (PrintStream stream = WatchedStream.of(new PrintStream(target), CANARY, found::add)) {
            stream.println("nothing");
            stream.print("user=root c@na");
            stream.println("ry/1? logged in");
            stream.print("at the end: Y0BuYXJ5LzE/");
        }

        assertThat(found).hasSize(2);
        assertThat(found.get(0)).contains("as it is", "user=root");
        assertThat(found.get(1)).contains("base64");
        assertThat(target.toString(StandardCharsets.UTF_8))
                .startsWith("nothing")
                .endsWith("LzE/");
    }

    @Test
    void rowsWhenPasswordIsInAnyTableThenIsFound() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
                var statement = connection.createStatement()) {
            statement.execute("create table any_name (id int, planted varchar(99), bytes varbinary(99))");
            statement.execute("insert into any_name values (1, 'user=root c@nary/1?', null)");
            statement.execute("insert into any_name values (2, null, X'63406e6172792f313f')");

            assertThat(DatabaseContents.rows(connection))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(CANARY.in(row)).isNotEmpty());
        }
    }
}
