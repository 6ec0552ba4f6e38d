package io.gatehouse.password;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Out of service while the queue for hashing is full: whoever is not verified yet is refused in that moment. */
@Component
class HashingHealthIndicator implements HealthIndicator {

    private final PasswordHasher hasher;

    HashingHealthIndicator(PasswordHasher hasher) {
        this.hasher = hasher;
    }

    @Override
    public Health health() {
        int free = hasher.queueFree();
        Health.Builder health = free > 0 ? Health.up() : Health.outOfService();
        return health.withDetail("queued", hasher.queued())
                .withDetail("free", free)
                .build();
    }
}
