package io.gatehouse.storage;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/** Says in one sentence, without a stack trace, why and where the database keeps Gatehouse from starting. */
final class StorageFailureAnalyzer implements FailureAnalyzer {

    private final Environment environment;

    StorageFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        return StorageFailure.of(failure)
                .map(explained -> new FailureAnalysis(sentence(explained), explained.remedy(), failure))
                .orElse(null);
    }

    private String sentence(StorageException explained) {
        String what = String.valueOf(explained.getMessage());
        String where = DatabaseAddress.of(environment);
        return what.contains(where) ? what + "." : "%s (%s).".formatted(what, where);
    }
}
