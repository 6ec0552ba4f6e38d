package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The throttle of this process, on the system's clock unless there is another. */
@Configuration(proxyBeanMethods = false)
class ThrottleConfiguration {

    @Bean
    LoginThrottle loginThrottle(ThrottleSettings settings, ObjectProvider<Ticker> clock) {
        return new LoginThrottle(settings, clock.getIfAvailable(Ticker::systemTicker));
    }
}
