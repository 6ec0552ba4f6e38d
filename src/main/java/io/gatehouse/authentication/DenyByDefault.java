package io.gatehouse.authentication;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Closes every path that no face owns: 401 without a valid token, and with one the same 404 as for a path that exists
 * nowhere, whatever may be mapped there.
 */
@Configuration(proxyBeanMethods = false)
class DenyByDefault {

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    SecurityFilterChain everythingElse(HttpSecurity http, TokenAuthentication tokenAuthentication) {
        return tokenAuthentication
                .applyTo(http)
                .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
                .build();
    }

    /** Keeps Spring Boot from making a user of its own. */
    @Bean
    UserDetailsService noOtherUsers() {
        return name -> {
            throw new UsernameNotFoundException("users log in with tokens");
        };
    }
}
