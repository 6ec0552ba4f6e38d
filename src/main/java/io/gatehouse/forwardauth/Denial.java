package io.gatehouse.forwardauth;

import io.gatehouse.http.HttpStatuses;
import io.gatehouse.http.Refusals;
import io.gatehouse.milvus.RestFailure;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy is told not to let a request through.
 *
 * <p>A client that has to wait gets 401 with {@code Retry-After} and not 429: nginx' {@code auth_request} knows 401 and 403, and makes
 * 500 of any other status. What is wrong with Gatehouse itself stays 5xx, so that no client takes its token for a bad one.
 *
 * @param status the HTTP status
 * @param headers the further fields of the answer
 * @param failure what Milvus' own clients understand, for proxies that hand it on
 */
record Denial(int status, Map<String, List<String>> headers, RestFailure failure) {

    Denial {
        headers = Map.copyOf(headers);
    }

    /**
     * Translates a refusal.
     *
     * @param userAgent what the client behind the proxy says it is, where the proxy tells
     */
    static Denial of(ProblemException refused, @Nullable String userAgent) {
        int status = status(refused.problem());
        return new Denial(status, Refusals.headers(status, refused, userAgent), RestFailure.of(refused));
    }

    private static int status(Problem problem) {
        return switch (problem.kind()) {
            case UNAUTHENTICATED, THROTTLED, MALFORMED -> 401;
            // The largest header is the token
            case TOO_LARGE -> problem == Problem.HEADER_TOO_LARGE ? 401 : HttpStatuses.of(problem);
            case NOT_SERVED, TIMED_OUT, OVERLOADED, UNAVAILABLE, INTERNAL -> HttpStatuses.of(problem);
            // No question about a token ends in one of these
            case INVALID, DENIED, FORBIDDEN, NOT_FOUND, CONFLICT -> 403;
        };
    }
}
