package io.gatehouse.http;

import io.gatehouse.caller.Face;
import io.gatehouse.problem.ProblemException;

/** A protocol over HTTP: it owns the paths under its prefix and says what a refusal looks like there. */
public interface HttpFace {

    /** Which face this is. */
    Face face();

    /** The beginning of every path of this face, ending in a slash, which the whole path may lack; the longest that fits wins. */
    String pathPrefix();

    /**
     * Translates a refusal to this face's protocol.
     *
     * @param path the path of the refused request
     * @param requestId the id under which the log has the rest
     */
    Refusal refusal(ProblemException problem, String path, String requestId);
}
