package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Slows down guessing of passwords: some failures a minute are free, then each further one makes the next attempt wait
 * longer.
 *
 * <p>Failures count per (user, client address) and per address, never per user alone: a guesser elsewhere cannot lock
 * anybody out, {@code root} included. The memory is bounded; past its bound the least used counts are forgotten first.
 */
public class LoginThrottle {

    private static final long MOST_COUNTS = 100_000;

    private final Cache<Guess, Failures> byUser;
    private final Cache<String, Failures> byAddress;
    private final ThrottleSettings settings;
    private final Ticker ticker;

    private record Guess(String userName, String address) {}

    LoginThrottle(ThrottleSettings settings, Ticker ticker) {
        this.settings = settings;
        this.ticker = ticker;
        this.byUser = counts();
        this.byAddress = counts();
    }

    /**
     * To be called before a password is checked.
     *
     * @param userName the user whose password is about to be checked; it need not exist
     * @param address the client's address
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS} with the time to wait, while this user's password may
     *     not be tried from this address
     */
    public void check(String userName, String address) {
        Duration wait =
                longer(wait(byUser.getIfPresent(new Guess(userName, address))), wait(byAddress.getIfPresent(address)));
        if (!wait.isZero()) {
            throw new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many failed logins").withRetryAfter(wait);
        }
    }

    /** To be called after a wrong password; unknown users count like wrong passwords. */
    public void failed(String userName, String address) {
        byUser.get(new Guess(userName, address), guess -> failures(settings.failuresPerUser()))
                .add();
        byAddress.get(address, any -> failures(settings.failuresPerAddress())).add();
    }

    /**
     * To be called after a right password. The address keeps its own count: otherwise a guesser with one good login could
     * clear it at will.
     */
    public void succeeded(String userName, String address) {
        byUser.invalidate(new Guess(userName, address));
    }

    private Failures failures(int free) {
        return new Failures(free, settings.longestWait(), ticker);
    }

    private static Duration wait(@Nullable Failures failures) {
        return failures == null ? Duration.ZERO : failures.remainingWait();
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private <K> Cache<K, Failures> counts() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_COUNTS)
                .expireAfterAccess(settings.forgottenAfter())
                .ticker(ticker)
                .build();
    }
}
