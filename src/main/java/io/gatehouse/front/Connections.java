package io.gatehouse.front;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections by what they are used for and by the client's address, so that neither protocol can take the other's
 * place, and no address everybody's. May be used by all threads.
 */
final class Connections {

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
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final int mostPerAddress;

    Connections(FrontSettings settings) {
        this.undecided = new Counter(settings.undecidedConnections());
        this.grpc = new Counter(settings.grpcConnections());
        this.http = new Counter(settings.httpConnections());
        this.mostPerAddress = settings.connectionsPerAddress();
    }

    /** Takes in a new connection, or says by an empty answer that there are too many. */
    Optional<Place> admit(InetAddress address) {
        if (byAddress.merge(address, 1, Integer::sum) > mostPerAddress) {
            leave(address);
            return Optional.empty();
        }
        if (!counter(Use.UNDECIDED).enter()) {
            leave(address);
            return Optional.empty();
        }
        return Optional.of(new Place(address));
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

    private void leave(InetAddress address) {
        byAddress.computeIfPresent(address, (any, count) -> count > 1 ? count - 1 : null);
    }

    private static final class Counter {

        private final int most;
        private final AtomicInteger now = new AtomicInteger();

        Counter(int most) {
            this.most = most;
        }

        boolean enter() {
            if (now.incrementAndGet() > most) {
                leave();
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

        private final InetAddress address;
        private Use use = Use.UNDECIDED;

        private Place(InetAddress address) {
            this.address = address;
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
            leave(address);
        }
    }
}
