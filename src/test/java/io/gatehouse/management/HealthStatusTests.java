package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.actuate.endpoint.SystemHealthDescriptor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.DefaultHealthContributorRegistry;

class HealthStatusTests {

    @Test
    void healthWhenAskedThenIsAStatusThatNamesNoGroup() {
        var group = mock(HealthEndpointGroup.class);
        when(group.isMember(any())).thenReturn(true);
        when(group.getStatusAggregator()).thenReturn(StatusAggregator.getDefault());
        when(group.getHttpCodeStatusMapper()).thenReturn(HttpCodeStatusMapper.getDefault());
        var registry = new DefaultHealthContributorRegistry();
        registry.registerContributor(
                "state", (HealthIndicator) () -> Health.outOfService().build());
        var health = new HealthStatus(
                registry, HealthEndpointGroups.of(group, Map.of("readiness", group)), new HealthEndpointProperties());

        var answer = health.health(ApiVersion.V3, WebServerNamespace.MANAGEMENT, SecurityContext.NONE);

        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getBody()).isInstanceOfSatisfying(SystemHealthDescriptor.class, body -> {
            assertThat(body.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(body.getGroups()).isEmpty();
        });
    }
}
