package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** Throttles for tests of other modules. */
public final class Throttles {

    private Throttles() {}

    /** One with the default settings. */
    public static LoginThrottle byDefault() {
        return new LoginThrottle(
                new ThrottleSettings(20, 200, Duration.ofSeconds(60), Duration.ofMinutes(15), Duration.ZERO),
                Ticker.systemTicker());
    }
}
