package io.gatehouse.user;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Operation;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.password.Requester;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Compares passwords with those of users, and says who a user is now. */
@Component
public class CredentialVerifier {

    private static final Logger log = LoggerFactory.getLogger(CredentialVerifier.class);

    private final UserStore store;
    private final CurrentUsers currentUsers;
    private final PasswordHasher hasher;
    private final Set<String> superUsers;

    CredentialVerifier(UserStore store, CurrentUsers currentUsers, PasswordHasher hasher, UserSettings settings) {
        this.store = store;
        this.currentUsers = currentUsers;
        this.hasher = hasher;
        this.superUsers = new HashSet<>(settings.superUsers());
    }

    /**
     * What came of a comparison.
     *
     * @param matched the user whose password it is; empty when the user does not exist or the password is wrong
     * @param knownUser the name of the user, if there is one
     * @param renewal stores the password with a stronger hash where it has a weaker one. The login succeeds whether it can or not
     */
    public record Comparison(Optional<UserVersion> matched, Optional<String> knownUser, Runnable renewal) {}

    /**
     * Compares a password with the user's. Costs a hash, and the same time for an unknown user as for a wrong password (S3).
     *
     * @param requester whose share of the hashing it takes
     * @param client where the request comes from
     * @throws ProblemException {@link Problem#OVERLOADED}, {@link Problem#REQUEST_TIMEOUT}, {@link Problem#STORAGE_UNAVAILABLE}
     */
    public Comparison compare(Requester requester, String userName, Password password, Client client) {
        UserStore.Login login = store.login(userName);
        PasswordHasher.Match match = hasher.match(
                requester,
                password,
                login.user().map(StoredCredential::passwordHash).orElse(null),
                login.kinds());
        Optional<StoredCredential> matched = login.user().filter(user -> match.matched());
        // What is in memory may be older than this, when another replica just changed the password
        matched.ifPresent(user -> currentUsers.forget(user.userId()));
        return new Comparison(
                matched.map(UserVersion::of),
                login.user().map(StoredCredential::userName),
                () -> matched.ifPresent(user -> match.renewal().ifPresent(renewed -> renew(user, renewed, client))));
    }

    /**
     * The name, if there is a user of this name.
     *
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    public Optional<String> knownUser(String userName) {
        return store.credential(userName).map(StoredCredential::userName);
    }

    /** The next login renews it otherwise. */
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

    /**
     * The caller that a user is now.
     *
     * @param client where the request comes from
     * @return empty when the user was dropped, or its password or roles changed since that version
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    public Optional<Caller> caller(UserVersion version, Client client) {
        return currentUsers
                .get(version.userId())
                .filter(user -> UserVersion.of(user).equals(version))
                .map(user -> new ProvenUser(
                        user.userName(),
                        user.roles(),
                        superUsers.contains(user.userName()),
                        UserRules.isAdministrator(user.userName(), user.roles()),
                        client));
    }
}
