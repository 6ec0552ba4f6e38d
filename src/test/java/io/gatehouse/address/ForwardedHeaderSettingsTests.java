package io.gatehouse.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class ForwardedHeaderSettingsTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @EnableConfigurationProperties(ForwardedHeaderSettings.class)
    static class Settings {}

    @ParameterizedTest
    @ValueSource(strings = {"native", "framework", "NATIVE", ""})
    void startWhenSpringWouldBelieveEverybodyThenRefused(String strategy) {
        runner.withPropertyValues("server.forward-headers-strategy=" + strategy)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("server.forward-headers-strategy must be none: name the proxies to"
                                + " believe in gatehouse.trusted-proxies"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "NONE"})
    void startWhenOffThenStarts(String strategy) {
        runner.withPropertyValues("server.forward-headers-strategy=" + strategy)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenNothingIsSaidThenStarts() {
        runner.run(context -> assertThat(context).hasNotFailed());
    }
}
