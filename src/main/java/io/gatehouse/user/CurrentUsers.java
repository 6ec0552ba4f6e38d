package io.gatehouse.user;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.caller.UserChanged;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * The current state of recently seen users, in memory, so that a verified caller costs no database read.
 *
 * <p>A change made by this process is seen at once. One made by another is seen as soon as somebody tells of it ({@link #forget}),
 * and within {@code gatehouse.cluster.staleness} when nobody does. Who tells, and knows that it cannot, says so ({@link
 * #askEveryTime}); then the database is asked on every call.
 */
@Component
public class CurrentUsers {

    private static final long MOST_USERS = 100_000;

    /** When one transaction changes more, all users are forgotten, so that an import needs no memory for each of its users. */
    private static final int MOST_CHANGED = 1000;

    private final UserStore store;
    private final boolean mayRemember;

    /**
     * Its futures are completed by the thread that asked first, outside of the cache's locks. One that is forgotten before it is complete is
     * not remembered when it is.
     */
    private final AsyncCache<Long, Optional<StoredCredential>> remembered;

    private volatile boolean remembers = true;

    CurrentUsers(UserStore store, ClusterSettings settings, MeterRegistry registry) {
        this.store = store;
        this.mayRemember = !settings.staleness().isZero();
        this.remembered = Caffeine.newBuilder()
                .maximumSize(MOST_USERS)
                .expireAfterWrite(settings.staleness())
                .recordStats()
                .buildAsync();
        CaffeineCacheMetrics.monitor(registry, remembered.synchronous(), "current-users");
    }

    /**
     * The user's state; empty once it is dropped.
     *
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    Optional<StoredCredential> get(long userId) {
        if (!mayRemember || !remembers) {
            return store.credential(userId);
        }
        var mine = new CompletableFuture<Optional<StoredCredential>>();
        CompletableFuture<Optional<StoredCredential>> current = remembered.get(userId, (id, executor) -> mine);
        if (current == mine) {
            return load(userId, mine);
        }
        try {
            return current.join();
        } catch (CancellationException e) {
            // The call that asked first got no answer
            return store.credential(userId);
        }
    }

    private Optional<StoredCredential> load(long userId, CompletableFuture<Optional<StoredCredential>> mine) {
        try {
            Optional<StoredCredential> user = store.credential(userId);
            mine.complete(user);
            return user;
        } finally {
            // Without effect after an answer
            mine.cancel(false);
        }
    }

    /** Makes the next call of this user ask the database. */
    public void forget(long userId) {
        remembered.synchronous().invalidate(userId);
    }

    /** From now on every change that another process makes is told with {@link #forget}. What was remembered is forgotten. */
    public void remember() {
        remembered.synchronous().invalidateAll();
        remembers = true;
    }

    /** From now on changes that other processes make may stay untold. */
    public void askEveryTime() {
        remembers = false;
    }

    /** Also after a failure: a commit whose answer was lost may have happened. */
    @EventListener
    void on(UserChanged changed) {
        PerTransaction.get(Changed.class, Changed::new).add(changed.userId());
    }

    /** The users that one transaction changes. */
    private final class Changed implements TransactionSynchronization {

        private final Set<Long> userIds = new HashSet<>();

        void add(long userId) {
            if (userIds.size() <= MOST_CHANGED) {
                userIds.add(userId);
            }
        }

        @Override
        public void afterCompletion(int status) {
            if (userIds.size() > MOST_CHANGED) {
                remembered.synchronous().invalidateAll();
            } else {
                remembered.synchronous().invalidateAll(userIds);
            }
        }
    }
}
