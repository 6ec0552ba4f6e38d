package io.gatehouse.password;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one sentence, without a stack trace, which list of passwords keeps Gatehouse from starting. */
final class PasswordListFailureAnalyzer extends AbstractFailureAnalyzer<PasswordListException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PasswordListException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", "Correct the setting or the file and start again.", cause);
    }
}
