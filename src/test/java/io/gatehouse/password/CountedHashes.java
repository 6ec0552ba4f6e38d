package io.gatehouse.password;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.password.PasswordEncoder;

/** A hasher that compares nothing: every password is wrong. It tells of which kinds the hashes were that it was to compare with. */
public class CountedHashes implements PasswordEncoder, AutoCloseable {

    private final List<String> kinds = Collections.synchronizedList(new ArrayList<>());
    private final PasswordHasher hasher;

    /** Makes the hasher. */
    public CountedHashes(String todaysKind) {
        var queue = new HashQueue(1, 10, 10, Duration.ofSeconds(10), Ticker.systemTicker());
        hasher =
                new PasswordHasher(this, new HashKind(todaysKind), Integer.MAX_VALUE, queue, new SimpleMeterRegistry());
    }

    public PasswordHasher hasher() {
        return hasher;
    }

    /** The kinds since the last call, sorted. */
    public List<String> compared() {
        List<String> since = kinds.stream().sorted().toList();
        kinds.clear();
        return since;
    }

    @Override
    public String encode(@Nullable CharSequence rawPassword) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean matches(@Nullable CharSequence rawPassword, @Nullable String encodedPassword) {
        HashKind.of(new PasswordHash(String.valueOf(encodedPassword))).ifPresent(kind -> kinds.add(kind.text()));
        return false;
    }

    @Override
    public void close() {
        hasher.destroy();
    }
}
