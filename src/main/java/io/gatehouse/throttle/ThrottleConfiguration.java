package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The throttle of this process, on the system's clock. */
@Configuration(proxyBeanMethods = false)
class ThrottleConfiguration {

    @Bean
    LoginThrottle loginThrottle(ThrottleSettings settings) {
        return new LoginThrottle(settings, Ticker.systemTicker());
    }
}
