package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

class StorageFailureTests {

    private static final String CHECK_POSTGRES =
            "Check spring.datasource.url, .username and .password, and whether PostgreSQL runs there.";

    private static final String URL = "jdbc:postgresql://joe:secret@db:5432/gatehouse?password=secret";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "28P01 | PostgreSQL does not let this user in: the name or the password is wrong",
                "28000 | PostgreSQL does not let this user in: first line.",
                "3D000 | PostgreSQL has no such database",
                "42501 | PostgreSQL does not let this user make tables",
                "08001 | PostgreSQL does not answer: first line",
                "08004 | PostgreSQL refuses the connection: first line",
                "55P03 | another session of PostgreSQL holds a lock for too long",
                "57P03 | PostgreSQL takes no connections: first line",
                "53300 | PostgreSQL takes no connections: first line",
                "22000 | the database cannot be used: first line."
            })
    void analyzeWhenPostgresRefusesThenSaysWhatAndWhereWithoutAPassword(String state, String what) {
        FailureAnalysis analysis = analyze(URL, new SQLException("first line.\nsecond line", state));

        assertThat(analysis.getDescription()).isEqualTo(what + " (jdbc:postgresql://db:5432/gatehouse).");
        assertThat(analysis.getAction()).isEqualTo(CHECK_POSTGRES);
    }

    @ParameterizedTest
    @CsvSource({
        "08001, true", "08006, true", "57P03, true", "53300, true", "57P01, true", "57P02, true",
        "28P01, false", "28000, false", "3D000, false", "42501, false", "08004, false", "22000, false"
    })
    void mayPassWhenSomebodyHasToCorrectSomethingThenIsFalse(String state, boolean expected) {
        assertThat(StorageFailure.mayPass(new SQLException("first line", state)))
                .isEqualTo(expected);
    }

    @Test
    void mayPassWhenTheHostIsUnknownOrNotTrustedThenIsFalse() {
        assertThat(StorageFailure.mayPass(new SQLException("", "08001", new UnknownHostException("db"))))
                .isFalse();
        assertThat(StorageFailure.mayPass(new SQLException("", "08006", new CertPathBuilderException())))
                .isFalse();
        assertThat(StorageFailure.mayPass(new SQLException("", "08001", new ConnectException())))
                .isTrue();
    }

    @Test
    void explainWhenTheNetworkFailedThenSaysItsReason() {
        assertThat(message(new UnknownHostException("db")))
                .isEqualTo("PostgreSQL does not answer: there is no host of this name");
        assertThat(message(new ConnectException("Connection refused")))
                .isEqualTo("PostgreSQL does not answer: Connection refused");
        assertThat(message(new SocketException())).isEqualTo("PostgreSQL does not answer: The attempt failed");
        assertThat(message(new IllegalStateException("inner")))
                .isEqualTo("PostgreSQL does not answer: The attempt failed");
    }

    @Test
    void analyzeWhenH2CannotBeUsedThenNamesTheDirectory() throws SQLException {
        SQLException absent = failure("jdbc:h2:file:/gatehouse-absent/x;IFEXISTS=TRUE");

        assertThat(analyze("", absent).getDescription())
                .startsWith("the database in the data directory cannot be used: Database \"/gatehouse-absent/x\"")
                .endsWith(" (/srv/data).");
        assertThat(analyze("", absent).getAction())
                .isEqualTo("Check the space and the permissions of gatehouse.data-directory.");
        assertThat(analyze("", new SQLException("in use", "90020", 90020)).getDescription())
                .isEqualTo("the data directory is in use by another process (/srv/data).");
    }

    @Test
    void analyzeWhenTheSentenceHasThePlaceThenDoesNotSayItTwice() {
        var refusal = new StorageException("the data directory /srv/data must not be", "Move it.");

        FailureAnalysis analysis = analyze("", new IllegalStateException("outer", new IllegalStateException(refusal)));

        assertThat(analysis.getDescription()).isEqualTo("the data directory /srv/data must not be.");
        assertThat(analysis.getAction()).isEqualTo("Move it.");
    }

    @Test
    void analyzeWhenItIsNotAboutTheDatabaseThenLeavesItToOthers() {
        assertThat(new StorageFailureAnalyzer(new MockEnvironment()).analyze(new IOException("full")))
                .isNull();
    }

    private static @Nullable String message(Exception cause) {
        return StorageFailure.explain(new SQLException("The attempt failed.", "08001", cause))
                .getMessage();
    }

    private static FailureAnalysis analyze(String url, Throwable failure) {
        var environment = new MockEnvironment().withProperty("gatehouse.data-directory", "/srv/data");
        environment.setProperty("spring.datasource.url", url);
        return Optional.ofNullable(new StorageFailureAnalyzer(environment).analyze(failure))
                .orElseThrow();
    }

    private static SQLException failure(String url) throws SQLException {
        try {
            DriverManager.getConnection(url).close();
        } catch (SQLException e) {
            return e;
        }
        throw new AssertionError("connected: " + url);
    }
}
