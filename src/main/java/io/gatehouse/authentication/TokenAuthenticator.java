package io.gatehouse.authentication;

import io.gatehouse.address.Network;
import io.gatehouse.authentication.VerifiedTokens.Verdict;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.LoginThrottle;
import io.gatehouse.user.CredentialVerifier;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Decides whether a token is good, for every face and every kind of {@link Login} alike. */
@Component
public class TokenAuthenticator {

    private static final Logger log = LoggerFactory.getLogger(TokenAuthenticator.class);

    /** How often a user may change while its password is compared. */
    private static final int MOST_ATTEMPTS = 3;

    private final AuthenticationSettings settings;
    private final VerifiedTokens verifiedTokens;
    private final List<Login> logins;
    private final CredentialVerifier verifier;
    private final LoginThrottle throttle;
    private final Operations operations;
    private final LoginCounts counts;

    TokenAuthenticator(
            AuthenticationSettings settings,
            VerifiedTokens verifiedTokens,
            List<Login> logins,
            CredentialVerifier verifier,
            LoginThrottle throttle,
            Operations operations,
            LoginCounts counts) {
        this.settings = settings;
        this.verifiedTokens = verifiedTokens;
        this.logins = logins;
        this.verifier = verifier;
        this.throttle = throttle;
        this.operations = operations;
        this.counts = counts;
    }

    /**
     * The caller of every request while authentication is off; no token is even to be read then.
     *
     * @param client where the request comes from
     * @return empty when callers have to prove who they are
     */
    public Optional<Caller> withoutToken(Client client) {
        return settings.authorizationEnabled() ? Optional.empty() : Optional.of(Caller.unrestricted(client));
    }

    /**
     * Turns what a client sent as {@code Authorization} into the caller whose token it is.
     *
     * @param values the values of all fields of that name, as text; exactly one is read, in any form that Milvus' clients send
     *     ({@code Bearer}, {@code Basic}, or the bare token, as it is or in base64)
     * @param client where the request comes from
     * @return the caller; empty when there is no single value, when it is no token, and as in {@link
     *     #authenticate}
     * @throws ProblemException as {@link #authenticate}
     */
    public Optional<Caller> callerOf(List<String> values, Client client) {
        return Optional.of(values)
                .filter(fields -> fields.size() == 1)
                .flatMap(fields -> TokenParser.parse(fields.get(0)))
                .flatMap(token -> authenticate(token, client));
    }

    /**
     * Turns a token into the caller whose it is.
     *
     * @param client where the request comes from
     * @return the caller; empty when the user is unknown or the password wrong, which nobody can tell apart
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS}, {@link Problem#OVERLOADED}, {@link
     *     Problem#REQUEST_TIMEOUT}, {@link Problem#STORAGE_UNAVAILABLE}
     */
    public Optional<Caller> authenticate(Token token, Client client) {
        try {
            return check(token, client);
        } catch (ProblemException e) {
            counts.failed(e.problem());
            throw e;
        }
    }

    private Optional<Caller> check(Token token, Client client) {
        String digest = verifiedTokens.digest(token);
        String network = Network.of(client.address());
        Optional<Proof> known = verifiedTokens.find(digest);
        // For a network that has not shown it, a token that others use is a guess as any other
        boolean isGuess = known.isPresent() && !verifiedTokens.isKnownFrom(digest, network);
        if (isGuess) {
            checkMayGuess(token, client);
        }
        Optional<Caller> remembered = known.flatMap(proof -> verifier.caller(proof.end(), client));
        if (remembered.isPresent()) {
            if (isGuess) {
                verifiedTokens.shownFrom(digest, network);
            }
            counts.remembered();
            return remembered;
        }
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            known.ifPresent(outdated -> verifiedTokens.forget(digest, outdated));
            known = prove(digest, network, token, client);
            Optional<Caller> proven = known.flatMap(proof -> verifier.caller(proof.end(), client));
            // A proof that does not hold is of a user who changed since: the password may still be the same
            if (known.isEmpty() || proven.isPresent()) {
                counts.verified(proven.isPresent());
                return proven;
            }
        }
        throw ProblemException.changedByOthers();
    }

    private Optional<Proof> prove(String digest, String network, Token token, Client client) {
        Verdict verdict = verifiedTokens.prove(digest, network, () -> logIn(token, client));
        if (verdict.ofAnother()) {
            if (verdict.proof().isEmpty()) {
                countFailureOfAnother(token, client);
            } else if (!verifiedTokens.isKnownFrom(digest, network)) {
                checkMayGuess(token, client);
                verifiedTokens.shownFrom(digest, network);
            }
        }
        return verdict.proof();
    }

    private Optional<Proof> logIn(Token token, Client client) {
        // Whether there is such a user is not known yet
        return operations.of(Operation.login(client, null), () -> {
            Login.Outcome outcome;
            try (LoginThrottle.Attempt attempt = begin(token, client)) {
                outcome = login(token).prove(token, client);
                if (outcome.proof().isEmpty()) {
                    fail(attempt, outcome.knownUser(), client);
                    return Optional.empty();
                }
                attempt.succeeded();
            }
            outcome.proof().ifPresent(proof -> operations.succeeded(Operation.login(client, proof.subject())));
            outcome.afterwards().run();
            return outcome.proof();
        });
    }

    /** Counts a failed login of a client whose token was shown to be wrong for another client. */
    private void countFailureOfAnother(Token token, Client client) {
        operations.of(Operation.login(client, null), () -> {
            try (LoginThrottle.Attempt attempt = begin(token, client)) {
                fail(attempt, login(token).knownUser(token), client);
            }
        });
    }

    /**
     * Checks that a client may try a token which was shown to be right for a client elsewhere. It is refused as with a wrong one: guesses at
     * passwords that are in use would be free otherwise.
     */
    private void checkMayGuess(Token token, Client client) {
        operations.of(Operation.login(client, null), () -> begin(token, client).close());
    }

    private LoginThrottle.Attempt begin(Token token, Client client) {
        return throttle.begin(token.claimedUser(), client.address());
    }

    private Login login(Token token) {
        return logins.stream()
                .filter(login -> login.reads(token))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no login reads this kind of token"));
    }

    private void fail(LoginThrottle.Attempt attempt, Optional<String> knownUser, Client client) {
        attempt.failed();
        // An unknown name may be a password in the wrong place, so only a known one is written down
        log.info("login refused: user={} address={}", knownUser.orElse("(unknown)"), client.address());
        operations.refused(Operation.failedLogin(client, knownUser.orElse(null)), Problem.UNAUTHENTICATED);
    }
}
