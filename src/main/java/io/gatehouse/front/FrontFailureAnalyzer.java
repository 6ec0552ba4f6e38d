package io.gatehouse.front;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/** Says in one sentence, without a stack trace, why the port cannot be opened; comes before Spring Boot's own. */
@Order(0)
final class FrontFailureAnalyzer extends AbstractFailureAnalyzer<FrontException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, FrontException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", cause.remedy(), cause);
    }
}
