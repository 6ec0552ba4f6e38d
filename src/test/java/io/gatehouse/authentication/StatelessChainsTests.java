package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.context.request.async.WebAsyncManagerIntegrationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.servletapi.SecurityContextHolderAwareRequestFilter;
import org.springframework.security.web.session.DisableEncodeUrlFilter;
import org.springframework.security.web.session.SessionManagementFilter;

class StatelessChainsTests {

    @EnableWebSecurity
    @Configuration(proxyBeanMethods = false)
    static class Chains {

        @Bean
        SecurityFilterChain first(HttpSecurity http) {
            return http.securityMatcher("/first")
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }

        @Bean
        SecurityFilterChain second(HttpSecurity http) {
            return http.build();
        }
    }

    @Test
    void chainsWhenMadeThenAreOfTheirOwnAndHaveNothingThatRemembersACaller() {
        new WebApplicationContextRunner()
                .withUserConfiguration(StatelessChains.class, Chains.class)
                .run(context -> {
                    assertThat(context.getBean("second", SecurityFilterChain.class)
                                    .getFilters())
                            .extracting(filter -> (Object) filter.getClass())
                            .containsExactly(
                                    DisableEncodeUrlFilter.class,
                                    WebAsyncManagerIntegrationFilter.class,
                                    SecurityContextHolderFilter.class,
                                    HeaderWriterFilter.class,
                                    SecurityContextHolderAwareRequestFilter.class,
                                    AnonymousAuthenticationFilter.class,
                                    SessionManagementFilter.class,
                                    ExceptionTranslationFilter.class);
                    assertThat(context.getBean("first", SecurityFilterChain.class)
                                    .getFilters())
                            .hasSize(9)
                            .hasAtLeastOneElementOfType(AuthorizationFilter.class);
                });
    }
}
