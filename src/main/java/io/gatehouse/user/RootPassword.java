package io.gatehouse.user;

import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHasher;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether {@code root} has Milvus' default password, for the operator's metrics and health. A change made here is seen at once,
 * one made by another replica when {@link UserFigures} looks next. It costs a hash only after root's state changed.
 */
@Component("rootPasswordHealthIndicator")
class RootPassword implements MeterBinder, HealthIndicator {

    private static final Password DEFAULT = Password.of(UserSettings.DEFAULT_ROOT_PASSWORD);

    /** No stored state has it: whatever is read next is compared again. */
    private static final long UNKNOWN_VERSION = -1;

    private final PasswordHasher hasher;
    private final AtomicReference<@Nullable Known> known = new AtomicReference<>();

    private record Known(long credentialVersion, boolean isDefault) {}

    RootPassword(PasswordHasher hasher) {
        this.hasher = hasher;
    }

    /** Compares the stored password with the default one, unless this state was compared before. */
    boolean isDefault(StoredCredential root) {
        Known before = known.get();
        if (before != null && before.credentialVersion() == root.credentialVersion()) {
            return before.isDefault();
        }
        boolean isDefault = hasher.match(DEFAULT, root.passwordHash()).matched();
        // Unless it was changed meanwhile, which is newer
        known.compareAndSet(before, new Known(root.credentialVersion(), isDefault));
        return isDefault;
    }

    /** To be called when root was created with a password that is or is not the default one. */
    void created(StoredCredential root, boolean isDefault) {
        known.set(new Known(root.credentialVersion(), isDefault));
    }

    /** To be called after root's password was changed. */
    void changed(Password newPassword) {
        known.set(new Known(UNKNOWN_VERSION, newPassword.isSame(DEFAULT)));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("gatehouse.root.default.password", this, RootPassword::gauge)
                .description("Whether root has the default password: 1 or 0")
                .register(registry);
    }

    @Override
    public Health health() {
        Known now = known.get();
        return now == null
                ? Health.unknown().build()
                : Health.up().withDetail("default", now.isDefault()).build();
    }

    private double gauge() {
        Known now = known.get();
        if (now == null) {
            return Double.NaN;
        }
        return now.isDefault() ? 1 : 0;
    }
}
