package io.gatehouse.front;

import io.gatehouse.throttle.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections by what they are used for and by the client's {@link Network}, so that neither protocol can take the other's
 * place, and no client everybody's. May be used by all threads.
 */
final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    /** What a connection is used for. */
    enum Use {
        /** It has not yet sent what tells. */
        UNDECIDED,
        GRPC,
        HTTP
    }

    private final Counter undecided;
    private final Counter grpc;
    private final Counter http;
    private final Map<String, Integer> byNetwork = new ConcurrentHashMap<>();
    private final int mostPerAddress;
    private final LongAdder refused = new LongAdder();
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - BETWEEN_WARNINGS.toNanos() - 1);

    Connections(FrontSettings settings) {
        this.undecided = new Counter("gatehouse.front.undecided-connections", settings.undecidedConnections());
        this.grpc = new Counter("gatehouse.front.grpc-connections", settings.grpcConnections());
        this.http = new Counter("gatehouse.front.http-connections", settings.httpConnections());
        this.mostPerAddress = settings.connectionsPerAddress();
    }

    /** Takes in a new connection, or says by an empty answer that there are too many. */
    Optional<Place> admit(InetAddress address) {
        String network = Network.of(address);
        if (byNetwork.merge(network, 1, Integer::sum) > mostPerAddress) {
            leave(network);
            refused("gatehouse.front.connections-per-address");
            return Optional.empty();
        }
        if (!counter(Use.UNDECIDED).enter()) {
            leave(network);
            return Optional.empty();
        }
        return Optional.of(new Place(network));
    }

    /** How many connections were refused since the start. */
    long refused() {
        return refused.sum();
    }

    private void refused(String setting) {
        refused.increment();
        long now = System.nanoTime();
        long last = lastWarning.get();
        if (now - last > BETWEEN_WARNINGS.toNanos() && lastWarning.compareAndSet(last, now)) {
            log.warn("connections are refused, there are more than {} allows", setting);
        }
    }

    int count(Use use) {
        return counter(use).now.get();
    }

    private Counter counter(Use use) {
        return switch (use) {
            case UNDECIDED -> undecided;
            case GRPC -> grpc;
            case HTTP -> http;
        };
    }

    private void leave(String network) {
        byNetwork.computeIfPresent(network, (any, count) -> count > 1 ? count - 1 : null);
    }

    private final class Counter {

        private final String setting;
        private final int most;
        private final AtomicInteger now = new AtomicInteger();

        Counter(String setting, int most) {
            this.setting = setting;
            this.most = most;
        }

        boolean enter() {
            if (now.incrementAndGet() > most) {
                leave();
                refused(setting);
                return false;
            }
            return true;
        }

        void leave() {
            now.decrementAndGet();
        }
    }

    /** One connection's place among the others; used by the connection's own thread alone. */
    final class Place {

        private final String network;
        private Use use = Use.UNDECIDED;

        private Place(String network) {
            this.network = network;
        }

        /** Counts the connection as what it turned out to be; false when there are too many of them. */
        boolean become(Use decided) {
            if (!counter(decided).enter()) {
                return false;
            }
            counter(use).leave();
            use = decided;
            return true;
        }

        /** The connection is closed. To be called once. */
        void free() {
            counter(use).leave();
            leave(network);
        }
    }
}
