package io.gatehouse.authentication;

import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.authentication.builders.AuthenticationManagerBuilder;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.context.request.async.WebAsyncManagerIntegrationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/**
 * What each security filter chain of Gatehouse begins with, whoever adds the rest: Spring Security's own filters for calls that stand
 * alone, so no CSRF tokens, no logout, no saved requests and no session.
 *
 * <p>Spring Security's own beginning has those, and they would have to be taken out of each chain again. It also looks through all beans
 * some thirty times for customizers of each chain, which was a tenth of the time that a start took, and Gatehouse has none. So {@code
 * Customizer} beans have no effect, and a filter that a new version of Spring Security adds to every chain must be added here.
 */
@Configuration(proxyBeanMethods = false)
public class StatelessChains {

    @Bean
    @Primary
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    HttpSecurity statelessChain(ObjectPostProcessor<Object> postProcessor, ApplicationContext context) {
        var shared = Map.of(
                ApplicationContext.class,
                context,
                PathPatternRequestMatcher.Builder.class,
                PathPatternRequestMatcher.withDefaults());
        return new HttpSecurity(postProcessor, new AuthenticationManagerBuilder(postProcessor), shared)
                .addFilter(new WebAsyncManagerIntegrationFilter())
                .securityContext(Customizer.withDefaults())
                .headers(Customizer.withDefaults())
                .servletApi(Customizer.withDefaults())
                .anonymous(Customizer.withDefaults())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(Customizer.withDefaults());
    }
}
