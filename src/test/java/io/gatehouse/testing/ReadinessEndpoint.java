package io.gatehouse.testing;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.DefaultHealthContributorRegistry;

/** Spring Boot's health with a readiness of the test's own, and with none. */
public final class ReadinessEndpoint {

    private ReadinessEndpoint() {}

    /** The health of a server whose readiness is what the test says. */
    public static HealthEndpoint of(Supplier<Status> readiness) {
        var registry = new DefaultHealthContributorRegistry();
        HealthIndicator indicator = () -> Health.status(readiness.get()).build();
        registry.registerContributor("state", indicator);
        return new HealthEndpoint(
                registry,
                null,
                HealthEndpointGroups.of(new Everything(), Map.of("readiness", new Everything())),
                Duration.ofSeconds(10));
    }

    /** The health of a server that has no readiness. */
    public static HealthEndpoint none() {
        return new HealthEndpoint(
                new DefaultHealthContributorRegistry(),
                null,
                HealthEndpointGroups.of(new Everything(), Map.of()),
                Duration.ofSeconds(10));
    }

    private static final class Everything implements HealthEndpointGroup {

        @Override
        public boolean isMember(String name) {
            return true;
        }

        @Override
        public boolean showComponents(SecurityContext context) {
            return false;
        }

        @Override
        public boolean showDetails(SecurityContext context) {
            return false;
        }

        @Override
        public StatusAggregator getStatusAggregator() {
            return StatusAggregator.getDefault();
        }

        @Override
        public HttpCodeStatusMapper getHttpCodeStatusMapper() {
            return HttpCodeStatusMapper.getDefault();
        }

        @Override
        public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
            return null;
        }
    }
}
