package io.gatehouse.password;

import io.gatehouse.password.HashQueue.Refusal;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Salted hashes of passwords: new ones are Argon2id, bcrypt (Milvus' own) is read.
 *
 * <p>Hashing is the one costly thing that an unknown caller can ask for, so it runs on a bounded number of threads with a
 * bounded queue, of which each requester has a share. Every method blocks until its hash is done and throws {@link
 * Problem#OVERLOADED} when there is no place in the queue, or no thread in time, and {@link Problem#REQUEST_TIMEOUT} when its
 * thread is interrupted, or when the client went before the hash began. Call it outside of transactions and locks.
 */
public class PasswordHasher implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(PasswordHasher.class);

    /** More bytes than this and bcrypt would ignore the rest: a login with the right first 72 would pass. */
    private static final int BCRYPT_BYTES = 72;

    private static final Duration[] BUCKETS = LongStream.of(10, 25, 50, 100, 250, 500, 1000, 2500)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PasswordEncoder encoder;
    private final HashKind today;
    private final int mostMemory;
    private final Set<HashKind> tooDear = ConcurrentHashMap.newKeySet();
    private final Timer time;
    private final HashQueue queue;

    /**
     * A hasher.
     *
     * @param encoder knows every kind of hash that may be stored, and which kind and cost is today's
     * @param today the kind and cost of new hashes
     * @param mostMemory KiB that a hash may take; one that takes more is not computed, and nobody can log in with it
     * @param queue ends with the hasher
     * @param registry gets the metrics {@code gatehouse.hashing.*}
     */
    PasswordHasher(PasswordEncoder encoder, HashKind today, int mostMemory, HashQueue queue, MeterRegistry registry) {
        this.encoder = encoder;
        this.today = today;
        this.mostMemory = mostMemory;
        this.queue = queue;
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

    /** Hashes a new password for the server itself. */
    public PasswordHash hash(Password password) {
        return hash(Requester.SERVER, password);
    }

    /**
     * Hashes a new password.
     *
     * @throws ProblemException {@link Problem#OVERLOADED}, {@link Problem#REQUEST_TIMEOUT}
     */
    public PasswordHash hash(Requester requester, Password password) {
        return run(requester, () -> encode(password));
    }

    /** Compares a password with a stored hash for the server itself. */
    public Match match(Password password, PasswordHash hash) {
        return match(Requester.SERVER, password, hash);
    }

    /** Compares a password with a stored hash for somebody who may know that there is the user. */
    public Match match(Requester requester, Password password, PasswordHash hash) {
        return match(requester, password, hash, Set.of());
    }

    /**
     * Compares a password with a stored hash. A match costs a stranger nothing of its share. A refusal takes as long whoever's the hash is: it
     * costs one hash of each kind that any user has, lest its time tell that there is the user.
     *
     * @param hash the user's hash, or null for a user who does not exist: the answer is no
     * @param stored the kinds of all users' hashes
     * @throws ProblemException {@link Problem#OVERLOADED}, {@link Problem#REQUEST_TIMEOUT}
     */
    public Match match(Requester requester, Password password, @Nullable PasswordHash hash, Set<HashKind> stored) {
        if (password.length() > PasswordPolicy.LONGEST) {
            return Match.NONE;
        }
        Match match = run(requester, () -> compare(password, hash, stored));
        if (match.matched()) {
            queue.giveBack(requester);
        }
        return match;
    }

    /** Whether a hash is of today's kind and cost. */
    private boolean isCurrent(PasswordHash hash) {
        return !encoder.upgradeEncoding(hash.encoded());
    }

    @Override
    public void destroy() {
        queue.close();
    }

    private Timer measure(MeterRegistry registry) {
        Gauge.builder("gatehouse.hashing.queued", queue, HashQueue::queued)
                .description("Passwords that wait for a thread")
                .register(registry);
        Gauge.builder("gatehouse.hashing.queue.free", queue, HashQueue::free)
                .description(
                        "How many more passwords may wait; at 0 the next one takes the place of another, or is refused")
                .register(registry);
        Gauge.builder("gatehouse.hashing.active", queue, HashQueue::running)
                .description("Passwords that are being hashed or compared")
                .register(registry);
        for (Refusal reason : Refusal.values()) {
            FunctionCounter.builder("gatehouse.hashing.refused", queue, counting -> counting.refused(reason))
                    .description(
                            "Passwords that were not looked at: too many of one requester or of all, no thread in time, a"
                                    + " client that has gone, or a stop")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        return Timer.builder("gatehouse.hashing.time")
                .description("How long a password took to be hashed or compared, its wait not included")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Match compare(Password password, @Nullable PasswordHash hash, Set<HashKind> stored) {
        PasswordHash compared = hash == null || !isComparable(password, hash) ? null : hash;
        if (compared != null && encoder.matches(password.reveal(), compared.encoded())) {
            return new Match(true, isCurrent(compared) ? Optional.empty() : Optional.of(encode(password)));
        }
        Set<HashKind> others = new HashSet<>(stored);
        others.add(today);
        if (compared != null) {
            HashKind.of(compared).ifPresent(others::remove);
        }
        others.stream()
                .filter(this::fits)
                .forEach(kind -> encoder.matches("x", kind.hashOfNobody().encoded()));
        return Match.NONE;
    }

    private boolean isComparable(Password password, PasswordHash hash) {
        if (!password.isWellFormed() || !HashKind.of(hash).map(this::fits).orElse(true)) {
            return false;
        }
        return !hash.isBcrypt() || password.reveal().getBytes(StandardCharsets.UTF_8).length <= BCRYPT_BYTES;
    }

    /** Of a database that was moved here, or was there before today's limits: computing one would end the process, at every refused login. */
    private boolean fits(HashKind kind) {
        boolean fits = kind.memory() <= mostMemory;
        if (!fits && tooDear.add(kind)) {
            log.warn(
                    "users whose password hash is {}… cannot log in: it takes {} KiB of memory, and half of the heap is {} KiB. Give the"
                            + " process more heap, or reset their passwords",
                    kind.text(),
                    kind.memory(),
                    mostMemory);
        }
        return fits;
    }

    private PasswordHash encode(Password password) {
        String encoded = encoder.encode(password.reveal());
        if (encoded == null) {
            throw new IllegalStateException("the password encoder returned nothing");
        }
        return new PasswordHash(encoded);
    }

    private <T> T run(Requester requester, Callable<T> work) {
        try {
            return queue.run(requester, time.wrap(work));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout");
        } catch (ExecutionException e) {
            throw new IllegalStateException("hashing failed", e.getCause());
        }
    }
}
