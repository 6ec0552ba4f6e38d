package io.gatehouse.authentication;

import io.gatehouse.address.Network;
import io.gatehouse.authentication.VerifiedTokens.Verdict;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.CredentialVerifier.Proof;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Decides whether credentials are good, for every face alike. */
@Component
public class TokenAuthenticator {

    /** How often a user may change while its password is compared. */
    private static final int MOST_ATTEMPTS = 3;

    private final AuthenticationSettings settings;
    private final VerifiedTokens verifiedTokens;
    private final CredentialVerifier verifier;
    private final LoginCounts counts;

    TokenAuthenticator(
            AuthenticationSettings settings,
            VerifiedTokens verifiedTokens,
            CredentialVerifier verifier,
            LoginCounts counts) {
        this.settings = settings;
        this.verifiedTokens = verifiedTokens;
        this.verifier = verifier;
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
                .flatMap(credentials -> authenticate(credentials, client));
    }

    /**
     * Turns credentials into the caller whose they are.
     *
     * @param client where the request comes from
     * @return the caller; empty when the user is unknown or the password wrong, which nobody can tell apart
     * @throws ProblemException {@link Problem#TOO_MANY_ATTEMPTS}, {@link Problem#OVERLOADED}, {@link
     *     Problem#STORAGE_UNAVAILABLE}
     */
    public Optional<Caller> authenticate(Credentials credentials, Client client) {
        try {
            return check(credentials, client);
        } catch (ProblemException e) {
            counts.failed(e.problem());
            throw e;
        }
    }

    private Optional<Caller> check(Credentials credentials, Client client) {
        String digest = verifiedTokens.digest(credentials);
        String network = Network.of(client.address());
        Optional<Proof> known = verifiedTokens.find(digest);
        // For a network that has not shown it, a token that others use is a guess as any other
        boolean isGuess = known.isPresent() && !verifiedTokens.isKnownFrom(digest, network);
        if (isGuess) {
            verifier.checkMayGuess(credentials.userName(), client);
        }
        Optional<Caller> remembered = known.flatMap(proof -> verifier.caller(proof, client));
        if (remembered.isPresent()) {
            if (isGuess) {
                verifiedTokens.shownFrom(digest, network);
            }
            counts.remembered();
            return remembered;
        }
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            known.ifPresent(outdated -> verifiedTokens.forget(digest, outdated));
            known = prove(digest, network, credentials, client);
            Optional<Caller> proven = known.flatMap(proof -> verifier.caller(proof, client));
            // A proof that does not hold is of a user who changed since: the password may still be the same
            if (known.isEmpty() || proven.isPresent()) {
                counts.verified(proven.isPresent());
                return proven;
            }
        }
        throw ProblemException.changedByOthers();
    }

    private Optional<Proof> prove(String digest, String network, Credentials credentials, Client client) {
        Verdict verdict = verifiedTokens.prove(
                digest, network, () -> verifier.verify(credentials.userName(), credentials.password(), client));
        if (verdict.ofAnother()) {
            if (verdict.proof().isEmpty()) {
                verifier.countFailureOfAnother(credentials.userName(), client);
            } else if (!verifiedTokens.isKnownFrom(digest, network)) {
                verifier.checkMayGuess(credentials.userName(), client);
                verifiedTokens.shownFrom(digest, network);
            }
        }
        return verdict.proof();
    }
}
