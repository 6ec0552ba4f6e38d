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
        int threads = settings.effectiveThreads();
        var argon2 =
                new Argon2idPasswordEncoder(settings.memory(), settings.iterations(), settings.parallelism(), threads);
        var encoder = new DelegatingPasswordEncoder(
                "argon2", Map.of("argon2", argon2, "bcrypt", new BCryptPasswordEncoder()));
        var today = new HashKind(PasswordHash.ARGON2 + argon2.kind());
        var queue = new HashQueue(
                threads,
                settings.queue(),
                Math.min(settings.queue(), settings.queuePerNetwork()),
                settings.longestWait(),
                Ticker.systemTicker());
        int mostMemory = settings.mostMemory(Runtime.getRuntime().maxMemory());
        return new PasswordHasher(encoder, today, mostMemory, queue, registry);
    }
}
