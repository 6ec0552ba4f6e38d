package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import java.util.Map;

/** The HTTP status of each problem, where a protocol has no other. */
public final class HttpStatuses {

    /** HTTP has a word for each of these problems. */
    private static final Map<Problem, Integer> OF_ITS_OWN = Map.of(
            Problem.METHOD_NOT_ALLOWED, 405,
            Problem.NOT_ACCEPTABLE, 406,
            Problem.UNSUPPORTED_MEDIA_TYPE, 415,
            Problem.HEADER_TOO_LARGE, 431);

    private HttpStatuses() {}

    public static int of(Problem problem) {
        return OF_ITS_OWN.getOrDefault(problem, of(problem.kind()));
    }

    private static int of(Problem.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID -> 400;
            case UNAUTHENTICATED -> 401;
            case DENIED, FORBIDDEN -> 403;
            case NOT_FOUND, NOT_SERVED -> 404;
            case TIMED_OUT -> 408;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case THROTTLED -> 429;
            case INTERNAL -> 500;
            case OVERLOADED, UNAVAILABLE -> 503;
        };
    }
}
