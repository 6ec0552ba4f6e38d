package io.gatehouse.api;

import io.gatehouse.authentication.TokenAuthentication;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.web.SecurityFilterChain;

/** Who gets through to the admin API: everybody with a token; and to its description: everybody. */
@Configuration(proxyBeanMethods = false)
class ApiSecurity {

    /** Swagger UI sets styles from its scripts and embeds its icons; everything else comes from here. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final List<String> DESCRIPTION =
            List.of("/v3/api-docs/**", "/v3/api-docs.yaml", "/swagger-ui.html", "/swagger-ui/**", "/problems/*");

    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http, TokenAuthentication tokenAuthentication) {
        http.securityMatcher("/api/v1/**");
        return tokenAuthentication
                .applyTo(http)
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain description(
            HttpSecurity http, TokenAuthentication tokenAuthentication, ObjectProvider<StartPage> startPage) {
        List<String> paths = new ArrayList<>(DESCRIPTION);
        startPage.ifAvailable(page -> paths.add(StartPage.PATH));
        http.securityMatcher(paths.toArray(String[]::new));
        return tokenAuthentication
                .openForReading(http)
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                        .frameOptions(FrameOptionsConfig::deny))
                .build();
    }
}
