package io.gatehouse.audit;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one sentence, without a stack trace, why the audit log keeps Gatehouse from starting. */
final class AuditFailureAnalyzer extends AbstractFailureAnalyzer<AuditLogException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, AuditLogException cause) {
        return new FailureAnalysis(
                cause.getMessage() + ".", "Name a file in a folder that Gatehouse may write to.", cause);
    }
}
