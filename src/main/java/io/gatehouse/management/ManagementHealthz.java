package io.gatehouse.management;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.context.annotation.Bean;

/**
 * Puts {@code /healthz} on the management port as well. Spring Boot imports it there because {@code META-INF/spring} names it;
 * an annotation that marks a configuration would let the component scan put it on the faces' port.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementHealthz {

    @Bean
    Healthz managementHealthz(HealthEndpoint health) {
        return new Healthz(health);
    }
}
