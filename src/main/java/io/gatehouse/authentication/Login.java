package io.gatehouse.authentication;

import io.gatehouse.caller.Client;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.Optional;

/**
 * One kind of login. It finds out whether a token is good; {@link TokenAuthenticator} asks the throttle before and writes the audit trail
 * after, alike for every kind.
 */
interface Login {

    /** Whether this login decides about tokens of that kind. */
    boolean reads(Token token);

    /**
     * Finds out whether a token is good. A wrong token and one of an unknown user are refused after the same time (S3).
     *
     * @param token one that this login {@link #reads}
     * @throws ProblemException {@link Problem#OVERLOADED}, {@link Problem#REQUEST_TIMEOUT}, {@link Problem#STORAGE_UNAVAILABLE}
     */
    Outcome prove(Token token, Client client);

    /**
     * The name of the user that a token is claimed to be of, if there is such a user.
     *
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    Optional<String> knownUser(Token token);

    /**
     * What came of it.
     *
     * @param proof empty when the token is refused
     * @param knownUser the name of the user that the token is claimed to be of, if there is such a user
     * @param afterwards what is left to do when the audit trail has the login
     */
    record Outcome(Optional<Proof> proof, Optional<String> knownUser, Runnable afterwards) {}
}
