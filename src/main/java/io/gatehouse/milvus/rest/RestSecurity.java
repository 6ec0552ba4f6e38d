package io.gatehouse.milvus.rest;

import io.gatehouse.authentication.TokenAuthentication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** Who gets through to REST v2: everybody with a token, and a browser that only asks for the options. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRest
class RestSecurity {

    @Bean
    @Order(3)
    SecurityFilterChain milvusRest(HttpSecurity http, TokenAuthentication tokenAuthentication) {
        http.securityMatcher(RestFace.PREFIX + "**");
        return tokenAuthentication
                .applyTo(http)
                .authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.OPTIONS)
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .build();
    }
}
