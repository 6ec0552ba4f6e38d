package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The failures of every guesser of a kind, in bounded memory.
 *
 * <p>Those who used up what is free are kept apart from all others: a place among them costs all the free failures, so that nobody
 * gets a count forgotten by failing once from each of many addresses. Whoever never failed has no count.
 */
final class Counts<K> {

    /** The most counts in either part. */
    static final long MOST = 100_000;

    private final Failures.Rule rule;
    private final Cache<K, Failures> fewFailures;
    private final Cache<K, Failures> manyFailures;

    Counts(Failures.Rule rule, Duration forgottenAfter, Ticker ticker) {
        this.rule = rule;
        this.fewFailures = bounded(forgottenAfter, ticker);
        this.manyFailures = bounded(forgottenAfter, ticker);
    }

    /** Counts an attempt; empty when it may not begin now. */
    Optional<Attempt> begin(K key) {
        while (true) {
            Failures failures = of(key);
            switch (failures.begin()) {
                case FREE -> {
                    return Optional.of(new Attempt(key, failures, Failures.Begin.FREE));
                }
                case BEYOND_FREE -> {
                    return Optional.of(new Attempt(key, failures, Failures.Begin.BEYOND_FREE));
                }
                case REFUSED -> {
                    return Optional.empty();
                }
                case FORGOTTEN -> {
                    // Between finding and asking it: the next one found is another
                }
            }
        }
    }

    /** How long nothing may begin; zero when something may. */
    Duration remainingWait(K key) {
        Failures failures = find(key);
        return failures == null ? Duration.ZERO : failures.remainingWait();
    }

    void forget(K key) {
        fewFailures.invalidate(key);
        manyFailures.invalidate(key);
    }

    long size() {
        fewFailures.cleanUp();
        manyFailures.cleanUp();
        return fewFailures.estimatedSize() + manyFailures.estimatedSize();
    }

    private Failures of(K key) {
        Failures many = manyFailures.getIfPresent(key);
        return many == null ? fewFailures.get(key, any -> new Failures(rule)) : many;
    }

    private @Nullable Failures find(K key) {
        Failures many = manyFailures.getIfPresent(key);
        return many == null ? fewFailures.getIfPresent(key) : many;
    }

    private static <K> Cache<K, Failures> bounded(Duration forgottenAfter, Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(forgottenAfter)
                .ticker(ticker)
                .build();
    }

    /** An attempt that is under way; ends in exactly one of two ways. */
    final class Attempt {

        private final K key;
        private final Failures failures;
        private final Failures.Begin begun;

        private Attempt(K key, Failures failures, Failures.Begin begun) {
            this.key = key;
            this.failures = failures;
            this.begun = begun;
        }

        void failed() {
            failures.failed(begun);
            if (begun == Failures.Begin.BEYOND_FREE) {
                manyFailures.put(key, failures);
                fewFailures.invalidate(key);
            }
        }

        void giveBack() {
            failures.giveBack(begun);
            fewFailures.asMap().computeIfPresent(key, (any, count) -> count.forgetIfUnused() ? null : count);
        }
    }
}
