package io.gatehouse.storage;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/** Says in one sentence, without a stack trace, why the database keeps Gatehouse from starting. */
final class StorageFailureAnalyzer implements FailureAnalyzer {

    /** H2's DATABASE_ALREADY_OPEN_1. */
    private static final int H2_IN_USE = 90020;

    private final Environment environment;

    StorageFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException) {
                return new FailureAnalysis(cause.getMessage() + ".", "Correct gatehouse.data-directory.", failure);
            }
            if (cause instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE) {
                return new FailureAnalysis(
                        "the data directory %s is in use by another process."
                                .formatted(environment.getProperty("gatehouse.data-directory", "./data")),
                        "Stop the other Gatehouse, give this one its own gatehouse.data-directory, or use PostgreSQL"
                                + " (spring.datasource.url) for both.",
                        failure);
            }
        }
        return null;
    }
}
