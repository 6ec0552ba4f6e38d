package io.gatehouse.password;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;

/** The kinds of hash: new ones are Argon2id, bcrypt is Milvus' own. */
@Configuration(proxyBeanMethods = false)
class PasswordConfiguration {

    @Bean
    PasswordHasher passwordHasher(HashingSettings settings, MeterRegistry registry) {
        var argon2 = new Argon2idPasswordEncoder(settings.memory(), settings.iterations(), settings.parallelism());
        var encoder = new DelegatingPasswordEncoder(
                "argon2", Map.of("argon2", argon2, "bcrypt", new BCryptPasswordEncoder()));
        var nobody = new PasswordHash("{argon2}" + argon2.hashOfNobody());
        var queue = new HashQueue(
                settings.effectiveThreads(),
                settings.queue(),
                Math.min(settings.queue(), settings.queuePerNetwork()),
                settings.longestWait(),
                Ticker.systemTicker());
        return new PasswordHasher(encoder, nobody, queue, registry);
    }
}
