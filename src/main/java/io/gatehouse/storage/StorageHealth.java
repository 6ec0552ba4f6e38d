package io.gatehouse.storage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the database can write. If not, {@code /actuator/health} fails, but readiness does not: reads and logins go on, and no other
 * replica could do better.
 */
@Component("storageHealthIndicator")
class StorageHealth implements HealthIndicator, MeterBinder {

    static final String READ_ONLY = "READ_ONLY";

    private final FailedWrites failedWrites;

    StorageHealth(FailedWrites failedWrites) {
        this.failedWrites = failedWrites;
    }

    @Override
    public Health health() {
        return failedWrites
                .reason()
                .map(reason -> Health.status(READ_ONLY).withDetail("reason", reason))
                .orElseGet(Health::up)
                .build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "gatehouse.storage.writable",
                        failedWrites,
                        known -> known.reason().isEmpty() ? 1 : 0)
                .description("Whether the database can write: 1, or 0 for example when its disk is full")
                .register(registry);
    }
}
