package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What this process bounds: logins that fail, on the system's clock unless there is another, and large answers. */
@Configuration(proxyBeanMethods = false)
class ThrottleConfiguration {

    private static final Duration LONGEST_WAIT_FOR_MEMORY = Duration.ofSeconds(2);

    @Bean
    LoginThrottle loginThrottle(ThrottleSettings settings, ObjectProvider<Ticker> clock) {
        return new LoginThrottle(settings, clock.getIfAvailable(Ticker::systemTicker));
    }

    @Bean
    HeldRefusals heldRefusals(ThrottleSettings settings) {
        return new HeldRefusals(settings.refusalsHeldFor());
    }

    @Bean
    AnswerMemory answerMemory(AnswerSettings settings) {
        return new AnswerMemory(settings.most(), LONGEST_WAIT_FOR_MEMORY);
    }
}
