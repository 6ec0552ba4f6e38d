package io.gatehouse.forwardauth;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.ServiceDescriptor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets the port know what Envoy may ask. */
@Configuration(proxyBeanMethods = false)
class CheckMethods {

    @Bean
    ServiceDescriptor authorizationMethods() {
        return AuthorizationGrpc.getServiceDescriptor();
    }
}
