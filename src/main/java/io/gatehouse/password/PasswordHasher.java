package io.gatehouse.password;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Salted hashes of passwords: new ones are Argon2id, bcrypt (Milvus' own) is read.
 *
 * <p>Hashing is the one costly thing that an unknown caller can ask for, so it runs on a bounded number of threads with a
 * bounded queue. Every method blocks until its hash is done and throws {@link Problem#OVERLOADED} at once when the queue
 * is full, and {@link Problem#REQUEST_TIMEOUT} when its thread is interrupted. Call it outside of transactions and locks.
 */
public class PasswordHasher implements DisposableBean {

    /** More bytes than this and bcrypt would ignore the rest: a login with the right first 72 would pass. */
    private static final int BCRYPT_BYTES = 72;

    /** Each costs every refused login a hash, so nobody who imports users can add them without end. */
    private static final int MOST_WEAKER_KINDS = 8;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final String BCRYPT = "{bcrypt}";
    private static final Duration[] BUCKETS = LongStream.of(10, 25, 50, 100, 250, 500, 1000, 2500)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PasswordEncoder encoder;
    private final PasswordHash nobody;
    private final Timer time;
    /** A stored hash of each kind that is weaker than today's, by what stands before its salt. */
    private final Map<String, PasswordHash> weaker = new ConcurrentSkipListMap<>();

    private final ThreadPoolTaskExecutor threads = new ThreadPoolTaskExecutor();

    /**
     * A hasher with threads of its own.
     *
     * @param encoder knows every kind of hash that may be stored, and which kind and cost is today's
     * @param nobody a hash of today's kind and cost that no password has
     * @param registry gets the metrics {@code gatehouse.hashing.*}
     */
    PasswordHasher(
            PasswordEncoder encoder, PasswordHash nobody, int threadCount, int queueCapacity, MeterRegistry registry) {
        this.encoder = encoder;
        this.nobody = nobody;
        threads.setThreadNamePrefix("hash-");
        threads.setCorePoolSize(threadCount);
        threads.setMaxPoolSize(threadCount);
        threads.setQueueCapacity(queueCapacity);
        threads.initialize();
        time = measure(registry);
    }

    /**
     * What comparing a password with a hash showed.
     *
     * @param matched whether it is the right password
     * @param renewal a hash of the same password at today's cost, when the one compared with is weaker
     */
    public record Match(boolean matched, Optional<PasswordHash> renewal) {

        private static final Match NONE = new Match(false, Optional.empty());
    }

    /**
     * Hashes a new password.
     *
     * @throws ProblemException {@link Problem#OVERLOADED}
     */
    public PasswordHash hash(Password password) {
        return run(() -> encode(password));
    }

    /**
     * Compares a password with a stored hash.
     *
     * @param hash the user's hash, or null for a user who does not exist: the answer is no, after the same time
     * @throws ProblemException {@link Problem#OVERLOADED}
     */
    public Match match(Password password, @Nullable PasswordHash hash) {
        return password.length() > PasswordPolicy.LONGEST ? Match.NONE : run(() -> compare(password, hash));
    }

    /**
     * Tells that a user has this hash. When it is weaker than today's, comparing with it takes longer: from now on every refused
     * password takes as long, lest the time of a refusal tell whose hash is of another kind. It lasts as long as the process.
     */
    public void expect(PasswordHash hash) {
        if (!isCurrent(hash) && weaker.size() < MOST_WEAKER_KINDS) {
            weaker.putIfAbsent(kind(hash), hash);
        }
    }

    /** Whether a hash is of today's kind and cost. */
    private boolean isCurrent(PasswordHash hash) {
        return !encoder.upgradeEncoding(hash.encoded());
    }

    /** How many hashes wait for a thread. */
    int queued() {
        return threads.getQueueSize();
    }

    /** How many more hashes may wait for a thread. */
    int queueFree() {
        return threads.getThreadPoolExecutor().getQueue().remainingCapacity();
    }

    @Override
    public void destroy() {
        threads.destroy();
    }

    private Timer measure(MeterRegistry registry) {
        Gauge.builder("gatehouse.hashing.queued", this, PasswordHasher::queued)
                .description("Passwords that wait for a thread")
                .register(registry);
        Gauge.builder("gatehouse.hashing.queue.free", this, PasswordHasher::queueFree)
                .description("How many more passwords may wait; at 0 the next one is refused")
                .register(registry);
        Gauge.builder("gatehouse.hashing.active", threads, ThreadPoolTaskExecutor::getActiveCount)
                .description("Passwords that are being hashed or compared")
                .register(registry);
        return Timer.builder("gatehouse.hashing.time")
                .description("How long a password took to be hashed or compared, its wait not included")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Match compare(Password password, @Nullable PasswordHash hash) {
        PasswordHash compared = hash == null || !isComparable(password, hash) ? null : hash;
        if (compared != null && encoder.matches(password.reveal(), compared.encoded())) {
            return new Match(true, isCurrent(compared) ? Optional.empty() : Optional.of(encode(password)));
        }
        if (compared != null) {
            expect(compared);
        }
        @Nullable String own = compared == null ? null : kind(compared);
        if (compared == null || !isCurrent(compared)) {
            encoder.matches("x", nobody.encoded());
        }
        // One hash of each kind that anybody has: otherwise the time would tell whether there is such a user, and of
        // which kind
        weaker.forEach((kind, other) -> {
            if (!kind.equals(own)) {
                encoder.matches("x", other.encoded());
            }
        });
        return Match.NONE;
    }

    /** The text in front of the salt: algorithm and cost. */
    private static String kind(PasswordHash hash) {
        String encoded = hash.encoded();
        int end = encoded.lastIndexOf('$');
        // bcrypt's salt and hash are one text
        int begin = encoded.startsWith(BCRYPT) ? end : encoded.lastIndexOf('$', end - 1);
        return encoded.substring(0, begin + 1);
    }

    private static boolean isComparable(Password password, PasswordHash hash) {
        if (!password.isWellFormed()) {
            return false;
        }
        return !hash.encoded().startsWith(BCRYPT)
                || password.reveal().getBytes(StandardCharsets.UTF_8).length <= BCRYPT_BYTES;
    }

    private PasswordHash encode(Password password) {
        String encoded = encoder.encode(password.reveal());
        if (encoded == null) {
            throw new IllegalStateException("the password encoder returned nothing");
        }
        return new PasswordHash(encoded);
    }

    private <T> T run(Callable<T> work) {
        Future<T> result;
        try {
            result = threads.submit(time.wrap(work));
        } catch (TaskRejectedException e) {
            throw new ProblemException(Problem.OVERLOADED, "too many passwords are being checked")
                    .withRetryAfter(RETRY_AFTER);
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout");
        } catch (ExecutionException e) {
            throw new IllegalStateException("hashing failed", e.getCause());
        }
    }
}
