package io.gatehouse.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process brings about. */
public final class Await {

    /** Longer than anything takes on a machine that is many times slower. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private Await() {}

    /** Returns as soon as the condition holds; fails when it never does. */
    public static void until(String what, BooleanSupplier condition) {
        Instant end = Instant.now().plus(LONGEST);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not in " + LONGEST + ": " + what);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
