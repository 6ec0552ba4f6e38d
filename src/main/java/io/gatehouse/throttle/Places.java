package io.gatehouse.throttle;

import io.gatehouse.address.Network;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A bounded number of places, of which each network has a share. When all are taken, a newcomer gets the place that {@link Holders} names. All threads
 * may use it.
 */
public final class Places<T> {

    private final int most;
    private final int mostOfANetwork;
    private final Consumer<T> giveWay;
    private final Holders<T> holders = new Holders<>();
    private int taken;

    /**
     * Makes room.
     *
     * @param most the most places of all networks together
     * @param mostOfANetwork the most places of one network
     * @param giveWay is told, by the newcomer's thread, who has lost its place
     */
    public Places(int most, int mostOfANetwork, Consumer<T> giveWay) {
        this.most = most;
        this.mostOfANetwork = mostOfANetwork;
        this.giveWay = giveWay;
    }

    /**
     * Takes a place.
     *
     * @param network as {@link Network} names it
     * @return false when there is none
     */
    public boolean enter(String network, T newcomer) {
        Optional<T> displaced = Optional.empty();
        synchronized (this) {
            if (holders.count(network) >= mostOfANetwork) {
                return false;
            }
            if (taken == most) {
                displaced = holders.makeRoom(network);
                if (displaced.isEmpty()) {
                    return false;
                }
                taken--;
            }
            holders.addIdle(network, newcomer);
            taken++;
        }
        displaced.ifPresent(giveWay);
        return true;
    }

    /** Gives a place back; false when it was given back or lost before. */
    public synchronized boolean leave(String network, T thing) {
        boolean had = holders.remove(network, thing);
        if (had) {
            taken--;
        }
        return had;
    }

    /** Returns all who have a place now. */
    public synchronized List<T> all() {
        return holders.all();
    }

    /** Returns how many places are taken. */
    public synchronized int count() {
        return taken;
    }
}
