package io.gatehouse.user;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.LoginThrottle;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Proves who a caller is. A wrong password and an unknown user are answered alike, after the same time (S3). */
@Component
public class CredentialVerifier {

    private static final Logger log = LoggerFactory.getLogger(CredentialVerifier.class);

    private final UserStore store;
    private final CurrentUsers currentUsers;
    private final PasswordHasher hasher;
    private final LoginThrottle throttle;
    private final EarlierLogins earlierLogins;
    private final Operations operations;
    private final Set<String> superUsers;

    CredentialVerifier(
            UserStore store,
            CurrentUsers currentUsers,
            PasswordHasher hasher,
            LoginThrottle throttle,
            EarlierLogins earlierLogins,
            Operations operations,
            UserSettings settings) {
        this.store = store;
        this.currentUsers = currentUsers;
        this.hasher = hasher;
        this.throttle = throttle;
        this.earlierLogins = earlierLogins;
        this.operations = operations;
        this.superUsers = new HashSet<>(settings.superUsers());
    }

    /**
     * A proof that a password was right. It holds as long as the user's credentials do not change.
     *
     * @param userId the user's id, never given to another user
     * @param credentialVersion the state of the user's password and roles at the time of the proof
     * @param changedAt when that state came about: a database that is restored from a backup counts from an earlier version again
     */
    public record Proof(long userId, long credentialVersion, Instant changedAt) {

        private static Proof of(StoredCredential user) {
            return new Proof(user.userId(), user.credentialVersion(), user.changedAt());
        }
    }

    /**
     * Compares a password with the user's. Costs a hash, so remember the proof.
     *
     * @param client where the request comes from; its address is what the throttle counts
     * @return the proof, or empty when the user does not exist or the password is wrong
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS}, {@link Problem#OVERLOADED}, {@link
     *     Problem#REQUEST_TIMEOUT}, {@link Problem#STORAGE_UNAVAILABLE}
     */
    public Optional<Proof> verify(String userName, Password password, Client client) {
        // Whether there is such a user is not known yet
        return operations.of(Operation.login(client, null), () -> prove(userName, password, client));
    }

    /**
     * Counts a failed login of a client that {@link #verify} showed for another client with the same token.
     *
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS}, {@link Problem#STORAGE_UNAVAILABLE}
     */
    public void countFailureOfAnother(String userName, Client client) {
        operations.of(Operation.login(client, null), () -> {
            try (LoginThrottle.Attempt attempt = throttle.begin(userName, client.address())) {
                fail(attempt, store.credential(userName), client);
            }
        });
    }

    /**
     * Checks that a client may try a password which {@link #verify} showed for a client elsewhere. It is refused as with a wrong one: guesses at
     * passwords that are in use would be free otherwise.
     *
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS}
     */
    public void checkMayGuess(String userName, Client client) {
        operations.of(
                Operation.login(client, null),
                () -> throttle.begin(userName, client.address()).close());
    }

    private Optional<Proof> prove(String userName, Password password, Client client) {
        Optional<StoredCredential> stored;
        PasswordHasher.Match match;
        try (LoginThrottle.Attempt attempt = throttle.begin(userName, client.address())) {
            UserStore.Login login = store.login(userName);
            stored = login.user();
            match = hasher.match(
                    earlierLogins.requester(userName, client),
                    password,
                    stored.map(StoredCredential::passwordHash).orElse(null),
                    login.kinds());
            if (stored.isEmpty() || !match.matched()) {
                fail(attempt, stored, client);
                return Optional.empty();
            }
            attempt.succeeded();
            earlierLogins.add(userName, client);
        }
        StoredCredential user = stored.get();
        operations.succeeded(Operation.login(client, user.userName()));
        match.renewal().ifPresent(renewed -> renew(user, renewed, client));
        // What is in memory may be older than this proof, when another replica just changed the password
        currentUsers.forget(user.userId());
        return Optional.of(Proof.of(user));
    }

    /** The login has succeeded already, whether the new hash can be stored or not. The next one renews it otherwise. */
    private void renew(StoredCredential user, PasswordHash renewed, Client client) {
        Operation operation = new Operation(Action.RENEW_HASH, client, user.userName(), user.userName(), null);
        try {
            if (store.renewHash(operation, user, renewed)) {
                log.info("password hash renewed: user={}", user.userName());
            }
        } catch (ProblemException e) {
            log.info("password hash not renewed: user={} reason={}", user.userName(), e.getMessage());
        }
    }

    private void fail(LoginThrottle.Attempt attempt, Optional<StoredCredential> stored, Client client) {
        attempt.failed();
        // An unknown name may be a password in the wrong place, so only a known one is written down
        String known = stored.map(StoredCredential::userName).orElse(null);
        log.info("login refused: user={} address={}", known == null ? "(unknown)" : known, client.address());
        operations.refused(Operation.failedLogin(client, known), Problem.UNAUTHENTICATED);
    }

    /**
     * Turns a proof into the caller that it stands for.
     *
     * @param client where the request comes from
     * @return the caller as it is now, or empty when the user was dropped or its password or roles changed since the proof
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    public Optional<Caller> caller(Proof proof, Client client) {
        return currentUsers
                .get(proof.userId())
                .filter(user -> Proof.of(user).equals(proof))
                .map(user -> new Caller(
                        user.userName(),
                        user.roles(),
                        superUsers.contains(user.userName()),
                        UserRules.isAdministrator(user.userName(), user.roles()),
                        client));
    }
}
