package io.gatehouse.http;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Says in one sentence which port is taken, and which setting names it; comes before Spring Boot's own, which cannot know. */
@Order(0)
final class PortFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

    private static final String MANAGEMENT_PORT = "management.server.port";

    private final Environment environment;

    PortFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
        String port = Integer.toString(cause.getPort());
        String setting = port.equals(environment.getProperty(MANAGEMENT_PORT)) ? MANAGEMENT_PORT : "proxy.port";
        return new FailureAnalysis(
                "port %s is in use by another process.".formatted(port),
                "Stop that process, or choose another port with --%s=PORT (with Maven: mvn spring-boot:run -Dspring-boot.run.arguments=--%s=PORT)."
                        .formatted(setting, setting),
                cause);
    }
}
