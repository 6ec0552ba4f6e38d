package io.gatehouse.authentication;

import io.gatehouse.problem.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The metric {@code gatehouse.logins}: every check of a token by its outcome, and by how it came to it: {@code cached} (the
 * token was verified before), {@code hashed} (its password was compared) or {@code none} (it did not come to that). Says
 * nothing about whose token it was.
 */
@Component
class LoginCounts {

    private final Counter cached;
    private final Counter hashed;
    private final Counter refused;
    private final Map<Problem.Kind, Counter> undecided;

    LoginCounts(MeterRegistry registry) {
        cached = counter(registry, "success", "cached");
        hashed = counter(registry, "success", "hashed");
        refused = counter(registry, "refused", "hashed");
        undecided = Map.of(
                Problem.Kind.THROTTLED, counter(registry, "throttled", "none"),
                Problem.Kind.OVERLOADED, counter(registry, "overloaded", "none"),
                Problem.Kind.UNAVAILABLE, counter(registry, "storage-unavailable", "none"));
    }

    void remembered() {
        cached.increment();
    }

    void verified(boolean good) {
        (good ? hashed : refused).increment();
    }

    /** Counts a check that ended in a problem; only those of the throttle, the hashing queue and the database are counted. */
    void failed(Problem problem) {
        Counter counter = undecided.get(problem.kind());
        if (counter != null) {
            counter.increment();
        }
    }

    private static Counter counter(MeterRegistry registry, String outcome, String how) {
        return Counter.builder("gatehouse.logins")
                .description("Checks of tokens")
                .tag("outcome", outcome)
                .tag("how", how)
                .register(registry);
    }
}
