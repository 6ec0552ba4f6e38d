package io.gatehouse.throttle;

import com.github.benmanes.caffeine.cache.Ticker;
import io.gatehouse.address.Network;
import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Quota;
import java.time.Duration;
import java.util.Optional;

/**
 * Slows down guessing of passwords: some failures a minute are free, then each further one makes the next attempt wait
 * longer.
 *
 * <p>Failures count per (user, client address) and per address, never per user alone: a guesser elsewhere cannot lock
 * anybody out, {@code root} included. The addresses of one IPv6 network (/64) count as one. The memory is bounded ({@link
 * Counts}).
 */
public class LoginThrottle {

    /** A name may be as long as a header; names that are alike this far share their count. */
    private static final int COUNTED_CHARACTERS = 64;

    private static final Duration SHORTEST = Duration.ofMillis(1);

    final Counts<Guess> byUser;
    final Counts<String> byAddress;
    private final Quota userQuota;
    private final Quota addressQuota;

    record Guess(String userName, String network) {}

    LoginThrottle(ThrottleSettings settings, Ticker ticker) {
        byUser = counts(settings.failuresPerUser(), settings, ticker);
        byAddress = counts(settings.failuresPerAddress(), settings, ticker);
        userQuota = new Quota("failed-logins-per-user", settings.failuresPerUser(), Failures.Rule.WINDOW);
        addressQuota = new Quota("failed-logins-per-address", settings.failuresPerAddress(), Failures.Rule.WINDOW);
    }

    /**
     * To be called before a password is checked. The attempt is counted from here on, so that no more of them can be under way at
     * once than may fail; one that is closed without an outcome does not count.
     *
     * @param userName the user whose password is about to be checked; it need not exist
     * @param address the client's address
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS} with the time to wait and the quota that is used up, while this
     *     user's password may not be tried from this address
     */
    public Attempt begin(String userName, String address) {
        String network = Network.of(address);
        Guess guess = new Guess(beginning(userName), network);
        // Asked first: whoever may not try at all makes no count for each name that it sends
        Counts<String>.Attempt ofAddress = byAddress.begin(network).orElseThrow(() -> tooMany(guess));
        Optional<Counts<Guess>.Attempt> ofUser = byUser.begin(guess);
        if (ofUser.isEmpty()) {
            ofAddress.giveBack();
            throw tooMany(guess);
        }
        return new Attempt(guess, ofUser.get(), ofAddress);
    }

    /** A password that is being checked. */
    public final class Attempt implements AutoCloseable {

        private final Guess guess;
        private final Counts<Guess>.Attempt ofUser;
        private final Counts<String>.Attempt ofAddress;
        private boolean ended;

        private Attempt(Guess guess, Counts<Guess>.Attempt ofUser, Counts<String>.Attempt ofAddress) {
            this.guess = guess;
            this.ofUser = ofUser;
            this.ofAddress = ofAddress;
        }

        /** The password was wrong; unknown users count like wrong passwords. */
        public void failed() {
            ended = true;
            ofUser.failed();
            ofAddress.failed();
        }

        /**
         * The password was right. The address keeps its own count: otherwise a guesser with one good login could clear it at
         * will.
         */
        public void succeeded() {
            close();
            byUser.forget(guess);
        }

        @Override
        public void close() {
            if (!ended) {
                ended = true;
                ofUser.giveBack();
                ofAddress.giveBack();
            }
        }
    }

    private ProblemException tooMany(Guess guess) {
        Duration user = byUser.remainingWait(guess);
        Duration address = byAddress.remainingWait(guess.network());
        boolean isUsers = user.compareTo(address) > 0;
        Duration left = isUsers ? user : address;
        // It may have ended since the attempt was refused
        Duration wait = left.isZero() ? SHORTEST : left;
        // Without the name: an unknown one may be a password in the wrong place
        return new ProblemException(
                        Problem.TOO_MANY_ATTEMPTS,
                        "too many failed logins %s your address, try again in %s"
                                .formatted(isUsers ? "of this user from" : "from", Count.seconds(wait)))
                .withRetryAfter(wait)
                .withQuota(isUsers ? userQuota : addressQuota);
    }

    private static String beginning(String userName) {
        return userName.length() <= COUNTED_CHARACTERS ? userName : userName.substring(0, COUNTED_CHARACTERS);
    }

    private static <K> Counts<K> counts(int free, ThrottleSettings settings, Ticker ticker) {
        return new Counts<>(new Failures.Rule(free, settings.longestWait(), ticker), settings.forgottenAfter(), ticker);
    }
}
