package io.gatehouse.address;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what each {@link Network} has of something, up to the share of a network. All threads may use it. */
public final class CountByNetwork {

    private final int share;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /**
     * Begins with no counts.
     *
     * @param share the most that one network may have
     */
    public CountByNetwork(int share) {
        this.share = share;
    }

    /**
     * Counts one more.
     *
     * @param network as {@link Network} names it
     * @return false when the network has its share already; then nothing was counted
     */
    public boolean enter(String network) {
        if (counts.merge(network, 1, Integer::sum) > share) {
            leave(network);
            return false;
        }
        return true;
    }

    /** Counts one less. To be called once for each {@link #enter} that returned true. */
    public void leave(String network) {
        counts.computeIfPresent(network, (any, count) -> count > 1 ? count - 1 : null);
    }

    /** Returns how many networks have a count. */
    int networks() {
        return counts.size();
    }
}
