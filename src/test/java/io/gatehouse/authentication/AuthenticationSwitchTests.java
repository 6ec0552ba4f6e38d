package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class AuthenticationSwitchTests {

    @ParameterizedTest
    @CsvSource({"true, 1, false", "false, 0, true"})
    void switchWhenSetThenTheOperatorIsToldEverywhere(
            boolean enabled, double figure, boolean warned, CapturedOutput log) {
        var registry = new SimpleMeterRegistry();
        var authentication = new AuthenticationSwitch(new AuthenticationSettings(enabled));

        authentication.bindTo(registry);
        authentication.afterSingletonsInstantiated();

        assertThat(registry.get("gatehouse.authentication.enabled").gauge().value())
                .isEqualTo(figure);
        assertThat(authentication.health().getStatus()).isEqualTo(Status.UP);
        assertThat(authentication.health().getDetails()).containsEntry("enabled", enabled);
        assertThat(log.getOut()
                        .contains("authentication is off: every request may do everything"
                                + " (common.security.authorizationEnabled is false)"))
                .isEqualTo(warned);
    }
}
