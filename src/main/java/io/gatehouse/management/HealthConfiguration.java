package io.gatehouse.management;

import com.github.benmanes.caffeine.cache.Ticker;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    /** In the place of Spring Boot's, which has this name. */
    @Bean
    DatabaseHealth dbHealthIndicator(DataSource database) {
        return new DatabaseHealth(database, Ticker.systemTicker());
    }
}
