package io.gatehouse.audit;

import io.gatehouse.address.Network;
import io.gatehouse.caller.Action;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.problem.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Writes refusals. Repeats of the same one within a minute are one event: the first is written at once, the count when the minute ends.
 *
 * <p>A user, and a network of which nobody is proven, has {@code gatehouse.audit.refusals-per-minute} different events a minute. Its
 * further refusals share an event for each interface, action and reason. So do those of everybody when too many are open.
 */
@Component
class RepeatedRefusals implements SmartLifecycle {

    /** Which may be open at once for users, and as many for networks: strangers leave users theirs. */
    static final int MOST_OPEN = 5_000;

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final AuditClock clock;
    private final AuditWriter writer;
    private final int mostOfASource;
    private final Counter coalesced;
    private final Map<Kind, Minute> minutes = new ConcurrentHashMap<>();
    private final Map<Source, Integer> opened = new ConcurrentHashMap<>();
    private volatile boolean running;

    RepeatedRefusals(AuditClock clock, AuditWriter writer, AuditSettings settings, MeterRegistry registry) {
        this.clock = clock;
        this.writer = writer;
        this.mostOfASource = settings.refusalsPerMinute();
        this.coalesced = Counter.builder("gatehouse.audit.coalesced")
                .description("Refusals without an event of their own: one that is less than a minute older counts them")
                .register(registry);
    }

    /** Who causes refusals: a user, or a network of which nobody is proven; without a name all users or all networks. */
    private record Source(boolean proven, @Nullable String name) {

        static Source of(Operation operation) {
            String user = operation.action() == Action.LOGIN ? null : operation.userName();
            return user == null
                    ? new Source(false, Network.of(operation.client().address()))
                    : new Source(true, user);
        }

        Source all() {
            return new Source(proven, null);
        }
    }

    /** What makes two refusals the same. */
    private record Kind(
            Source source,
            Face face,
            Action action,
            Problem reason,
            @Nullable String user,
            @Nullable String target,
            @Nullable String role,
            @Nullable String network) {

        static Kind of(Operation operation, Problem reason) {
            return new Kind(
                    Source.of(operation),
                    operation.client().face(),
                    operation.action(),
                    reason,
                    operation.userName(),
                    operation.target(),
                    operation.role(),
                    Network.of(operation.client().address()));
        }

        Kind ofWhole(Source whole) {
            return new Kind(whole, face, action, reason, null, null, null, whole.proven() ? null : whole.name());
        }
    }

    /** The minute that begins with a refusal. */
    private static final class Minute {

        private static final long ENDED = -1;

        private final AuditEvent first;
        private final long began;
        private final AtomicLong count = new AtomicLong(1);
        private volatile boolean ofSeveralAddresses;

        private Minute(AuditEvent first, long began) {
            this.first = first;
            this.began = began;
        }

        /** Counts one more, unless the minute has ended. */
        private boolean count(String address) {
            if (!address.equals(first.address())) {
                ofSeveralAddresses = true;
            }
            return count.getAndUpdate(before -> before == ENDED ? ENDED : before + 1) != ENDED;
        }

        private long end() {
            return count.getAndSet(ENDED);
        }
    }

    /** Writes a refusal, or counts it; never waits. */
    void write(Operation operation, Problem reason) {
        Kind kind = Kind.of(operation, reason);
        // No more than twice: a minute that has ended is not found again
        while (!written(kind, operation)) {
            Thread.onSpinWait();
        }
    }

    private boolean written(Kind exact, Operation operation) {
        Minute known = minutes.get(exact);
        if (known != null) {
            return counted(known, operation);
        }
        Source source = exact.source();
        if (opened(source.all()) >= MOST_OPEN) {
            return writtenOrCounted(exact.ofWhole(source.all()), withoutNames(operation, null));
        }
        return opened(source) < mostOfASource
                ? writtenOrCounted(exact, operation)
                : writtenOrCounted(
                        exact.ofWhole(source), withoutNames(operation, source.proven() ? source.name() : null));
    }

    private boolean writtenOrCounted(Kind kind, Operation operation) {
        Minute known = minutes.get(kind);
        if (known != null) {
            return counted(known, operation);
        }
        var minute = new Minute(AuditEvent.of(clock.next(), operation, kind.reason()), System.nanoTime());
        Minute other = minutes.putIfAbsent(kind, minute);
        if (other != null) {
            return counted(other, operation);
        }
        count(kind.source(), 1);
        writer.write(minute.first);
        return true;
    }

    private boolean counted(Minute minute, Operation operation) {
        boolean counted = minute.count(AuditEvent.address(operation));
        if (counted) {
            coalesced.increment();
        }
        return counted;
    }

    /** Writes the counts of the minutes that have passed. */
    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void endMinutes() {
        endThoseBegunBy(System.nanoTime() - MINUTE_NANOS);
    }

    void endThoseBegunBy(long nanoTime) {
        minutes.forEach((kind, minute) -> {
            if (minute.began - nanoTime <= 0 && minutes.remove(kind, minute)) {
                count(kind.source(), -1);
                long count = minute.end();
                if (count > 1) {
                    String network = minute.ofSeveralAddresses ? kind.network() : null;
                    writer.write(minute.first.counted(count, network == null ? minute.first.address() : network));
                }
            }
        });
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        endThoseBegunBy(System.nanoTime());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the calls have ended, and before {@link AuditWriter} ends. */
    @Override
    public int getPhase() {
        return AuditWriter.PHASE + 1;
    }

    private int opened(Source source) {
        return opened.getOrDefault(source, 0);
    }

    private void count(Source source, int more) {
        opened.merge(source, more, RepeatedRefusals::sum);
        if (source.name() != null) {
            opened.merge(source.all(), more, RepeatedRefusals::sum);
        }
    }

    private static @Nullable Integer sum(int before, int more) {
        return before + more == 0 ? null : before + more;
    }

    private static Operation withoutNames(Operation operation, @Nullable String user) {
        return new Operation(operation.action(), operation.client(), user, null, null);
    }
}
