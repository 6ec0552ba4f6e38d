package io.gatehouse.throttle;

import io.gatehouse.address.Network;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Knows what has to go when there is no room for more: of the network that holds the most, the thing that is idle for the longest time, or
 * else the oldest. So a network that holds little loses nothing to one that holds much. Takes logarithmic time. Not thread-safe.
 */
public final class Holders<T> {

    private final Map<String, Holder<T>> byNetwork = new HashMap<>();
    private final TreeSet<Holder<T>> byCount = new TreeSet<>(
            Comparator.<Holder<T>>comparingInt(Holder::count).reversed().thenComparingLong(holder -> holder.number));

    private long holders;

    /**
     * Adds a thing that is idle from now on. A thing that is there already becomes the newest of those.
     *
     * @param network as {@link Network} names it
     */
    public void addIdle(String network, T thing) {
        Holder<T> holder = take(network);
        holder.busy.remove(thing);
        holder.idle.remove(thing);
        holder.idle.add(thing);
        putBack(holder);
    }

    /** Adds a thing that is in use from now on. */
    public void addBusy(String network, T thing) {
        Holder<T> holder = take(network);
        holder.idle.remove(thing);
        holder.busy.add(thing);
        putBack(holder);
    }

    /** Takes out a thing; false when it is not there. */
    public boolean remove(String network, T thing) {
        Holder<T> holder = take(network);
        boolean removed = holder.idle.remove(thing) || holder.busy.remove(thing);
        putBack(holder);
        return removed;
    }

    /**
     * Takes out what has to go so that a network can add one; empty when nothing has to. A network that holds nothing always gets room. Another one
     * gets it while somebody holds more: otherwise those that hold the most would displace each other without end.
     */
    public Optional<T> makeRoom(String network) {
        if (byCount.isEmpty()) {
            return Optional.empty();
        }
        Holder<T> biggest = byCount.first();
        Holder<T> own = byNetwork.get(network);
        if (own != null && own.count() + 1 >= biggest.count()) {
            return Optional.empty();
        }
        Set<T> things = biggest.idle.isEmpty() ? biggest.busy : biggest.idle;
        T first = things.iterator().next();
        remove(biggest.network, first);
        return Optional.of(first);
    }

    /** Returns how many things a network holds. */
    int count(String network) {
        Holder<T> holder = byNetwork.get(network);
        return holder == null ? 0 : holder.count();
    }

    /** Returns all things. */
    List<T> all() {
        return byNetwork.values().stream()
                .flatMap(holder -> Stream.concat(holder.idle.stream(), holder.busy.stream()))
                .toList();
    }

    /** Returns how many networks hold something. */
    int networks() {
        return byNetwork.size();
    }

    /** Its place in the order changes with its count. */
    private Holder<T> take(String network) {
        Holder<T> holder = byNetwork.computeIfAbsent(network, any -> new Holder<>(network, holders++));
        byCount.remove(holder);
        return holder;
    }

    private void putBack(Holder<T> holder) {
        if (holder.count() == 0) {
            byNetwork.remove(holder.network);
        } else {
            byCount.add(holder);
        }
    }

    private static final class Holder<T> {

        private final String network;

        /** Of two that hold equally much, the one that holds something for longer comes first. */
        private final long number;

        /** The first one is idle for the longest time. */
        private final Set<T> idle = new LinkedHashSet<>();

        private final Set<T> busy = new LinkedHashSet<>();

        Holder(String network, long number) {
            this.network = network;
            this.number = number;
        }

        int count() {
            return idle.size() + busy.size();
        }
    }
}
