package io.gatehouse.authentication;

import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.caller.Client;
import io.gatehouse.user.CredentialVerifier;
import io.gatehouse.user.CredentialVerifier.Comparison;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The login with a user's name and password. */
@Component
final class PasswordLogin implements Login {

    private final CredentialVerifier verifier;
    private final EarlierLogins earlierLogins;

    PasswordLogin(CredentialVerifier verifier, EarlierLogins earlierLogins) {
        this.verifier = verifier;
        this.earlierLogins = earlierLogins;
    }

    @Override
    public boolean reads(Token token) {
        return token instanceof UserPassword;
    }

    @Override
    public Outcome prove(Token token, Client client) {
        String userName = token.claimedUser();
        Comparison comparison = verifier.compare(
                earlierLogins.requester(userName, client), userName, ((UserPassword) token).password(), client);
        Optional<Proof> proof = comparison.matched().map(user -> new Proof(userName, user));
        proof.ifPresent(right -> earlierLogins.add(userName, client));
        return new Outcome(proof, comparison.knownUser(), comparison.renewal());
    }

    @Override
    public Optional<String> knownUser(Token token) {
        return verifier.knownUser(token.claimedUser());
    }
}
