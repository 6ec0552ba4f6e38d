package io.gatehouse.port;

import io.gatehouse.address.ClientConnection;
import io.gatehouse.address.Network;
import io.gatehouse.address.Shares;
import io.gatehouse.throttle.Holders;
import io.github.bucket4j.Bucket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections by what they are used for and by the client's {@link Network}, so that neither protocol can take the other's
 * place, and no client everybody's. May be used by all threads.
 *
 * <p>A network has a share. When a total is reached, a newcomer displaces a stranger: a connection over which no valid token has come. It is
 * one of the network with the most strangers, so whoever has few connections keeps them, and a newcomer of that network is refused. A connection that has shown a valid token is never
 * displaced. Trusted proxies have neither a share nor strangers: many clients come from their addresses.
 */
final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    /** What a connection is used for. */
    enum Use {
        /** It has not yet sent what tells. */
        UNDECIDED,
        GRPC,
        HTTP
    }

    /** Why a connection is not taken in. */
    enum Refusal {
        /** Its network has its share. */
        SHARE,
        /** There are as many as there may be, and none of them gives way to this one. */
        TOTAL
    }

    /** Why the port closed a connection that it had taken in. */
    enum Closing {
        /** A newcomer has its place. */
        DISPLACED,
        /** No valid token came over it, and nothing was asked for too long. */
        IDLE,
        /** It sent frames without end that belong to no call. */
        FLOOD
    }

    private final Map<Use, Counter> counters = new EnumMap<>(Use.class);
    private final Shares shares;
    private final Predicate<InetAddress> trustedProxies;
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    private final Map<Closing, LongAdder> closed = new EnumMap<>(Closing.class);
    private final Map<Long, Place> byId = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Bucket warnings = Bucket.builder()
            .addLimit(limit -> limit.capacity(1).refillGreedy(1, Duration.ofMinutes(1)))
            .withNanosecondPrecision()
            .build();

    Connections(PortSettings settings, Predicate<InetAddress> trustedProxies) {
        counters.put(
                Use.UNDECIDED, new Counter("gatehouse.front.undecided-connections", settings.undecidedConnections()));
        counters.put(Use.GRPC, new Counter("gatehouse.front.grpc-connections", settings.grpcConnections()));
        counters.put(Use.HTTP, new Counter("gatehouse.front.http-connections", settings.httpConnections()));
        this.shares = new Shares(Long.MAX_VALUE, settings.connectionsPerAddress());
        this.trustedProxies = trustedProxies;
        for (Refusal why : Refusal.values()) {
            refused.put(why, new LongAdder());
        }
        for (Closing why : Closing.values()) {
            closed.put(why, new LongAdder());
        }
    }

    /**
     * Takes in a new connection, or says by an empty answer that there are too many.
     *
     * @param close ends the connection at once; called by any thread, when another one gets its place
     */
    Optional<Place> admit(InetAddress address, Runnable close) {
        boolean trusted = trustedProxies.test(address);
        var place = new Place(lastId.incrementAndGet(), Network.of(address), trusted, close);
        if (!trusted && !shares.take(place.network, 1)) {
            refused(Refusal.SHARE, "gatehouse.front.connections-per-address");
            return Optional.empty();
        }
        if (!enter(place, Use.UNDECIDED, close)) {
            place.leaveShare();
            return Optional.empty();
        }
        byId.put(place.id, place);
        return Optional.of(place);
    }

    /** Finds an open connection by {@link Place#id}. */
    Optional<Place> find(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** How many connections were refused since the start. */
    long refused(Refusal why) {
        return count(refused, why).sum();
    }

    /** How many connections were closed since the start. */
    long closed(Closing why) {
        return count(closed, why).sum();
    }

    private void closing(Closing why) {
        count(closed, why).increment();
    }

    synchronized int count(Use use) {
        return counter(use).now;
    }

    /** Counts a connection as what it is now; false when there is no place for it. */
    private boolean enter(Place place, Use use, Runnable close) {
        Counter counter = counter(use);
        Optional<Runnable> displaced = Optional.empty();
        boolean hasRoom;
        synchronized (this) {
            if (place.displaced) {
                return false;
            }
            if (counter.now == counter.most) {
                displaced = counter.strangers.makeRoom(place.network).map(Place::displace);
            }
            hasRoom = counter.now < counter.most;
            if (hasRoom) {
                place.leaveUse();
                place.enterUse(use, close);
            }
        }
        if (!hasRoom) {
            refused(Refusal.TOTAL, counter.setting);
        }
        displaced.ifPresent(closeIt -> {
            closing(Closing.DISPLACED);
            warn("connections without a valid token are closed for new ones", counter.setting);
            closeIt.run();
        });
        return hasRoom;
    }

    private void refused(Refusal why, String setting) {
        count(refused, why).increment();
        warn("connections are refused", setting);
    }

    private void warn(String what, String setting) {
        if (warnings.tryConsume(1)) {
            log.warn("{}, there are more than {} allows", what, setting);
        }
    }

    private Counter counter(Use use) {
        return Objects.requireNonNull(counters.get(use));
    }

    private static <K> LongAdder count(Map<K, LongAdder> counts, K key) {
        return Objects.requireNonNull(counts.get(key));
    }

    /** Those of one use; guarded by the lock of all. */
    private static final class Counter {

        private final String setting;
        private final int most;
        private final Holders<Place> strangers = new Holders<>();
        private int now;

        Counter(String setting, int most) {
            this.setting = setting;
            this.most = most;
        }
    }

    /** One connection's place among the others. What changes in it is guarded by the lock of all. */
    final class Place implements ClientConnection {

        private final long id;
        private final String network;
        private final boolean trusted;

        /** Whether it may not be displaced; never becomes false again. */
        private volatile boolean known;

        private volatile boolean mayHaveGone;

        private final Runnable closeAtOnce;

        private @Nullable Use use;
        private Runnable close;
        private boolean displaced;
        private boolean busy;
        private long idleSince = System.nanoTime();

        private Place(long id, String network, boolean trusted, Runnable close) {
            this.id = id;
            this.network = network;
            this.trusted = trusted;
            this.known = trusted;
            this.closeAtOnce = close;
            this.close = close;
        }

        /** Unique among all connections since the start. */
        long id() {
            return id;
        }

        /**
         * Counts the connection as what it turned out to be.
         *
         * @param closeNow as in {@link #admit}, from now on
         * @return false when there are too many of them, or when the connection has been displaced
         */
        boolean become(Use decided, Runnable closeNow) {
            return enter(this, decided, closeNow);
        }

        /** Counts why the port closes the connection. */
        void closing(Closing why) {
            Connections.this.closing(why);
        }

        /** Says whether something that was asked over the connection is under way. */
        void isBusy(boolean now) {
            if (known) {
                return;
            }
            synchronized (Connections.this) {
                busy = now;
                idleSince = System.nanoTime();
                rank();
            }
        }

        @Override
        public void showedValidToken() {
            if (known) {
                return;
            }
            synchronized (Connections.this) {
                known = true;
                if (use != null) {
                    counter(use).strangers.remove(network, this);
                }
            }
        }

        @Override
        public boolean mayHaveGone() {
            return mayHaveGone;
        }

        @Override
        public void closeNow() {
            closeAtOnce.run();
        }

        /** Tells that the client sends nothing more, or has closed the connection. */
        void inputEnded() {
            mayHaveGone = true;
        }

        /** Whether a valid token came over it, or a trusted proxy opened it. */
        boolean isKnown() {
            return known;
        }

        /** How long nothing that was asked over the connection has been under way. */
        Duration idle() {
            synchronized (Connections.this) {
                return busy ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - idleSince);
            }
        }

        /** The connection is closed. To be called once. */
        void free() {
            inputEnded();
            byId.remove(id);
            synchronized (Connections.this) {
                leaveUse();
            }
            leaveShare();
        }

        /** Returns what closes the connection, which must not be done with the lock held. */
        private Runnable displace() {
            leaveUse();
            displaced = true;
            return close;
        }

        private void enterUse(Use decided, Runnable closeNow) {
            use = decided;
            close = closeNow;
            counter(decided).now++;
            rank();
        }

        private void leaveUse() {
            if (use != null) {
                counter(use).now--;
                counter(use).strangers.remove(network, this);
                use = null;
            }
        }

        private void rank() {
            if (known || use == null) {
                return;
            }
            if (busy) {
                counter(use).strangers.addBusy(network, this);
            } else {
                counter(use).strangers.addIdle(network, this);
            }
        }

        private void leaveShare() {
            if (!trusted) {
                shares.giveBack(network, 1);
            }
        }
    }
}
