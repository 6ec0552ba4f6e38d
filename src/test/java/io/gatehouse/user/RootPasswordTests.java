package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.password.CountedHashes;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RootPasswordTests {

    private static final StoredCredential ROOT =
            new StoredCredential(1, "root", new PasswordHash("{argon2}x"), 1, Instant.EPOCH, Set.of());

    @Test
    void isDefaultWhenThePasswordChangesWhileItIsComparedThenTheChangeIsKnown() {
        var changed = new AtomicReference<Runnable>();
        try (var hashes = new CountedHashes("{argon2}$argon2id$v=19$m=64,t=1,p=1") {

            @Override
            public boolean matches(@Nullable CharSequence rawPassword, @Nullable String encodedPassword) {
                Objects.requireNonNull(changed.get()).run();
                return super.matches(rawPassword, encodedPassword);
            }
        }) {
            var password = new RootPassword(hashes.hasher());
            changed.set(() -> password.changed(Password.of("Milvus")));
            var registry = new SimpleMeterRegistry();
            password.bindTo(registry);

            assertThat(password.isDefault(ROOT)).isFalse();

            assertThat(registry.get("gatehouse.root.default.password").gauge().value())
                    .isEqualTo(1);
        }
    }
}
