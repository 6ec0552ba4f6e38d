package io.gatehouse.user;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one sentence, without a stack trace, which setting about users keeps Gatehouse from starting. */
final class UserSettingsFailureAnalyzer extends AbstractFailureAnalyzer<UserSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UserSettingsException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", "Correct the setting and start again.", cause);
    }
}
