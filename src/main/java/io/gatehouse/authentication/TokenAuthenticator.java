package io.gatehouse.authentication;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.Caller;
import io.gatehouse.user.Client;
import io.gatehouse.user.CredentialVerifier;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Decides whether credentials are good, for every face alike. */
@Component
public class TokenAuthenticator {

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
        Optional<Caller> remembered = verifiedTokens.find(digest).flatMap(proof -> verifier.caller(proof, client));
        if (remembered.isPresent()) {
            counts.remembered();
            return remembered;
        }
        verifiedTokens.forget(digest);
        Optional<Caller> proven = verifiedTokens
                .prove(digest, () -> verifier.verify(credentials.userName(), credentials.password(), client))
                .flatMap(proof -> verifier.caller(proof, client));
        counts.verified(proven.isPresent());
        return proven;
    }
}
