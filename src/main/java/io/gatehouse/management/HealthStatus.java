package io.gatehouse.management;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.stereotype.Component;

/** Spring Boot's health without the names of its groups: the body that everybody may see is the status alone. */
@Component
@EndpointWebExtension(endpoint = HealthEndpoint.class)
class HealthStatus extends HealthEndpointWebExtension {

    HealthStatus(HealthContributorRegistry registry, HealthEndpointGroups groups, HealthEndpointProperties properties) {
        super(registry, null, groups, properties.getLogging().getSlowIndicatorThreshold());
    }

    @Override
    protected HealthDescriptor aggregateDescriptors(
            ApiVersion apiVersion,
            Map<String, HealthDescriptor> contributions,
            StatusAggregator statusAggregator,
            boolean showComponents,
            @Nullable Set<String> groupNames) {
        return super.aggregateDescriptors(apiVersion, contributions, statusAggregator, showComponents, Set.of());
    }
}
