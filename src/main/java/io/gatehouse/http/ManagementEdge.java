package io.gatehouse.http;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * The edge of the management port, whose server has neither the filters nor the customizers of the main one. Spring Boot
 * imports it there because {@code META-INF/spring} names it; an annotation that marks a configuration would let the
 * component scan put it on the main server.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementEdge {

    @Bean
    RequestId managementRequestId() {
        return new RequestId();
    }

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> managementRefusals(Refusals refusals) {
        return new ContainerErrors.BeforeServlets(refusals);
    }

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> managementWebInfPaths() {
        return new WebInfPaths();
    }

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> managementUninterruptedRequests() {
        return new UninterruptedRequests();
    }

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> managementSlowReaders() {
        return new SlowReaders();
    }
}
