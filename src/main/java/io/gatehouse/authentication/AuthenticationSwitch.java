package io.gatehouse.authentication;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells the operator whether authentication is on (S1): at every start, as a metric and as a detail of the health. */
@Component("authenticationHealthIndicator")
class AuthenticationSwitch implements SmartInitializingSingleton, MeterBinder, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(AuthenticationSwitch.class);

    private final boolean enabled;

    AuthenticationSwitch(AuthenticationSettings settings) {
        this.enabled = settings.authorizationEnabled();
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (enabled) {
            log.info("authentication is on");
        } else {
            log.warn("authentication is off: every request may do everything"
                    + " (common.security.authorizationEnabled is false)");
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("gatehouse.authentication.enabled", this, self -> self.enabled ? 1 : 0)
                .description("Whether a token is needed: 1, or 0 when every request may do everything")
                .register(registry);
    }

    @Override
    public Health health() {
        return Health.up().withDetail("enabled", enabled).build();
    }
}
