package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.mock.env.MockEnvironment;

class PortFailureAnalyzerTests {

    @ParameterizedTest
    @CsvSource({"19530, proxy.port", "9091, management.server.port"})
    void analyzeWhenAPortIsTakenThenNamesTheSettingThatHoldsIt(int port, String setting) {
        var environment = new MockEnvironment()
                .withProperty("proxy.port", "19530")
                .withProperty("management.server.port", "9091");
        var failure = new PortInUseException(port);

        var analysis = new PortFailureAnalyzer(environment).analyze(failure, failure);

        assertThat(analysis.getDescription()).isEqualTo("port %d is in use by another process.", port);
        assertThat(analysis.getAction())
                .isEqualTo(
                        "Stop that process, or choose another port with --%s=PORT (with Maven: mvn spring-boot:run -Dspring-boot.run.arguments=--%s=PORT).",
                        setting, setting);
    }
}
