package io.gatehouse.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that hash, and who waits for them. Each {@link Requester} has a line of its own, and the line whose owner had the fewest
 * hashes lately is served first: a newcomer waits for one hash, not for all the guesses that came before. A user who has proven
 * itself has some hashes for nothing.
 *
 * <p>When all places are taken, what would be served last is refused. May be used by all threads.
 */
final class HashQueue implements AutoCloseable {

    /** After this time half of what a requester had is forgotten. */
    static final Duration HALF_LIFE = Duration.ofMinutes(1);

    /** So many hashes of a known user's do not count. */
    static final int FREE_FOR_KNOWN = 10;

    /** What is left then is a thousandth of a hash or less of each that was counted. */
    private static final Duration FORGOTTEN_AFTER = HALF_LIFE.multipliedBy(10);

    private static final long MOST_SHARES = 100_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int threadCount;
    private final int places;
    private final int placesOfOne;
    private final Duration longestWait;
    private final Ticker ticker;
    private final ExecutorService threads;
    private final Cache<String, Share> shares;
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Line> lines = new HashMap<>();
    private long arrived;
    private int waiting;
    private int running;
    /** How often the threads have still to look who is next; at least as often as somebody waits. */
    private int calls;

    private boolean closed;

    /**
     * A queue with threads of its own.
     *
     * @param threadCount how many hashes run at once
     * @param places how many more may wait
     * @param placesOfOne how many of these one requester may have
     * @param longestWait how long anybody waits for a thread
     */
    HashQueue(int threadCount, int places, int placesOfOne, Duration longestWait, Ticker ticker) {
        this.threadCount = threadCount;
        this.places = places;
        this.placesOfOne = placesOfOne;
        this.longestWait = longestWait;
        this.ticker = ticker;
        this.threads = Executors.newFixedThreadPool(threadCount, new CustomizableThreadFactory("hash-"));
        this.shares = Caffeine.newBuilder()
                .maximumSize(MOST_SHARES)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(ticker)
                .build();
        for (Refusal reason : Refusal.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    /** Why something was not hashed. */
    enum Refusal {
        /** The requester has as many places as one may have. */
        SHARE,
        /** All places are taken by whom it is sooner the turn of. */
        FULL,
        /** No thread was free in time. */
        WAITED,
        /** The client has gone. */
        GONE,
        /** The server stops. */
        STOPPED
    }

    /**
     * Does work on one of the threads, and waits for it.
     *
     * @throws ProblemException {@link Problem#OVERLOADED}, or {@link Problem#REQUEST_TIMEOUT} when the client went while it waited
     * @throws InterruptedException when the calling thread is interrupted; work that has not begun is never done then
     * @throws ExecutionException when the work fails
     */
    <T> T run(Requester requester, Callable<T> work) throws InterruptedException, ExecutionException {
        Place<T> place = enter(requester, work);
        try {
            return awaitResult(place);
        } catch (InterruptedException e) {
            withdraw(place);
            throw e;
        } catch (CancellationException e) {
            throw problem(Objects.requireNonNull(place.refusal));
        }
    }

    /** Gives back the last hash of a stranger who turned out to be none: only what fails counts. */
    void giveBack(Requester requester) {
        lock.lock();
        try {
            if (!requester.known()) {
                count(requester.share(), -1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for a thread. */
    int queued() {
        lock.lock();
        try {
            return Math.max(0, waiting + running - threadCount);
        } finally {
            lock.unlock();
        }
    }

    /** How many more may wait. */
    int free() {
        return places - queued();
    }

    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    long refused(Refusal reason) {
        return Objects.requireNonNull(refused.get(reason)).sum();
    }

    /** Of how many requesters there is something to remember. */
    long shares() {
        shares.cleanUp();
        return shares.estimatedSize();
    }

    /** Refuses whatever waits, and whatever comes later. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Line line : List.copyOf(lines.values())) {
                while (!line.waiting.isEmpty()) {
                    refuse(line.waiting.getLast(), Refusal.STOPPED);
                }
            }
        } finally {
            lock.unlock();
        }
        threads.shutdownNow();
    }

    private <T> Place<T> enter(Requester requester, Callable<T> work) {
        lock.lock();
        try {
            Callable<T> counted = () -> {
                try {
                    return work.call();
                } finally {
                    ended();
                }
            };
            var place = new Place<>(requester, counted, arrived++, waiting + running < threadCount);
            Line line = lines.computeIfAbsent(requester.share(), name -> new Line(requester, share(name)));
            line.waiting.addLast(place);
            waiting++;
            if (closed) {
                refuse(place, Refusal.STOPPED);
            } else if (line.waiting.size() - (threadCount - running) > placesOfOne) {
                refuse(place, Refusal.SHARE);
            } else if (waiting + running > places + threadCount) {
                refuse(last(), Refusal.FULL);
            }
            if (waiting > calls) {
                calls++;
                threads.execute(this::runNext);
            }
            return place;
        } finally {
            lock.unlock();
        }
    }

    private <T> T awaitResult(Place<T> place) throws InterruptedException, ExecutionException {
        try {
            return place.get(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            lock.lock();
            try {
                if (isWaiting(place)) {
                    refuse(place, Refusal.WAITED);
                }
            } finally {
                lock.unlock();
            }
            return place.get();
        }
    }

    private void withdraw(Place<?> place) {
        lock.lock();
        try {
            if (isWaiting(place)) {
                remove(place);
            }
        } finally {
            lock.unlock();
        }
    }

    private void runNext() {
        Place<?> next = next();
        if (next != null) {
            next.run();
        }
    }

    /** Before whoever waits for the result goes on: then there is a free thread. */
    private void ended() {
        lock.lock();
        try {
            running--;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Place<?> next() {
        lock.lock();
        try {
            calls--;
            while (waiting > 0) {
                Place<?> first = first();
                if (first.mayHaveGone()) {
                    refuse(first, Refusal.GONE);
                    continue;
                }
                remove(first);
                count(first.requester.share(), 1);
                running++;
                return first;
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Who is served next. */
    private Place<?> first() {
        long now = ticker.read();
        return lines.values().stream()
                .min(Comparator.comparing(line -> line.turnOfFirst(now)))
                .orElseThrow()
                .waiting
                .getFirst();
    }

    /** Who is served last, as it looks now. */
    private Place<?> last() {
        long now = ticker.read();
        return lines.values().stream()
                .max(Comparator.comparing(line -> line.turnOfLast(now)))
                .orElseThrow()
                .waiting
                .getLast();
    }

    private void refuse(Place<?> place, Refusal reason) {
        remove(place);
        place.refusal = reason;
        place.cancel(false);
        Objects.requireNonNull(refused.get(reason)).increment();
    }

    private boolean isWaiting(Place<?> place) {
        Line line = lines.get(place.requester.share());
        return line != null && line.waiting.contains(place);
    }

    private void remove(Place<?> place) {
        Line line = Objects.requireNonNull(lines.get(place.requester.share()));
        line.waiting.remove(place);
        waiting--;
        if (line.waiting.isEmpty()) {
            lines.remove(place.requester.share());
        }
    }

    private Share share(String name) {
        return Objects.requireNonNullElse(shares.getIfPresent(name), new Share(0, ticker.read()));
    }

    private void count(String name, int hashes) {
        long now = ticker.read();
        Line line = lines.get(name);
        Share before = line == null ? share(name) : line.share;
        var after = new Share(Math.max(0, before.hashes(now) + hashes), now);
        shares.put(name, after);
        if (line != null) {
            line.share = after;
        }
    }

    private static ProblemException problem(Refusal refusal) {
        return refusal == Refusal.GONE
                ? new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout")
                : new ProblemException(Problem.OVERLOADED, "too many passwords are being checked")
                        .withRetryAfter(RETRY_AFTER);
    }

    /**
     * What a requester had lately.
     *
     * @param counted how many hashes, each the less the longer ago it was
     * @param at when that was so
     */
    private record Share(double counted, long at) {

        double hashes(long now) {
            return counted * Math.pow(0.5, (double) (now - at) / HALF_LIFE.toNanos());
        }
    }

    /** When it is somebody's turn: the smallest is first. Of those who had nothing yet, who asks for one goes before who asks for many. */
    private record Turn(double hashes, boolean known, int waiting, long arrived) implements Comparable<Turn> {

        private static final Comparator<Turn> ORDER = Comparator.comparingDouble(Turn::hashes)
                .thenComparing(Turn::known, Comparator.reverseOrder())
                .thenComparingInt(Turn::waiting)
                .thenComparingLong(Turn::arrived);

        @Override
        public int compareTo(Turn other) {
            return ORDER.compare(this, other);
        }
    }

    /** What one requester waits for, in the order in which it came. */
    private static final class Line {

        private final boolean known;
        private final Deque<Place<?>> waiting = new ArrayDeque<>();
        private Share share;

        Line(Requester requester, Share share) {
            this.known = requester.known();
            this.share = share;
        }

        Turn turnOfFirst(long now) {
            return turn(waiting.getFirst(), 0, now);
        }

        /** All that wait before it will have been served then. */
        Turn turnOfLast(long now) {
            return turn(waiting.getLast(), waiting.size() - 1, now);
        }

        private Turn turn(Place<?> place, int before, long now) {
            double hashes = share.hashes(now) + before;
            return new Turn(
                    known ? Math.max(0, hashes - FREE_FOR_KNOWN) : hashes, known, waiting.size(), place.arrived);
        }
    }

    /** One piece of work that waits, and its result. */
    private static final class Place<T> extends FutureTask<T> {

        private final Requester requester;
        private final long arrived;
        private final boolean threadIsFree;
        private volatile @Nullable Refusal refusal;

        Place(Requester requester, Callable<T> work, long arrived, boolean threadIsFree) {
            super(work);
            this.requester = requester;
            this.arrived = arrived;
            this.threadIsFree = threadIsFree;
        }

        /** A client that has only ended its direction still reads the answer: without having to wait it gets one. */
        boolean mayHaveGone() {
            return !threadIsFree && requester.gone().getAsBoolean();
        }
    }
}
