package io.gatehouse.address;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts what each holder has of something that is bounded, such as each {@link Network} of the connections. No holder gets more than its share. All
 * threads may use it.
 */
public final class Shares {

    private final long total;
    private final long share;
    private final Map<String, Long> byHolder = new HashMap<>();
    private long taken;

    /**
     * Begins with nothing taken.
     *
     * @param total the most that all holders may have together
     * @param share the most that one holder may have
     */
    public Shares(long total, long share) {
        this.total = total;
        this.share = share;
    }

    /** Takes an amount for a holder; false when there is not as much left for it, and then nothing is taken. */
    public synchronized boolean take(String holder, long amount) {
        long ofHolder = byHolder.getOrDefault(holder, 0L) + amount;
        if (taken + amount > total || ofHolder > share) {
            return false;
        }
        taken += amount;
        byHolder.put(holder, ofHolder);
        return true;
    }

    /** Gives back what was taken, or a part of it. */
    public synchronized void giveBack(String holder, long amount) {
        taken -= amount;
        byHolder.computeIfPresent(holder, (any, ofHolder) -> ofHolder > amount ? ofHolder - amount : null);
    }

    /** Returns how many holders have something. */
    synchronized int holders() {
        return byHolder.size();
    }
}
