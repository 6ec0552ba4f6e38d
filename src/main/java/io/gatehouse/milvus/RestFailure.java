package io.gatehouse.milvus;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;

/**
 * What Milvus' clients over HTTP are told of a failed call.
 *
 * @param code Milvus' error code
 * @param message Milvus' sentence
 */
public record RestFailure(int code, String message) {

    /** What Milvus' limiter answers in this protocol alone ({@code ErrHTTPRateLimit}); gRPC has another code. */
    private static final int REJECTED_BY_LIMITER = 1807;

    private static final String LIMITER = "request is rejected by limiter, error: ";

    /** Translates what was refused before any operation was reached. */
    public static RestFailure of(ProblemException refused) {
        return of(refused, MilvusError.of(refused));
    }

    /**
     * Translates what was refused.
     *
     * @param error the same in the words of the operation
     */
    public static RestFailure of(ProblemException refused, MilvusError error) {
        return refused.problem().kind() == Problem.Kind.THROTTLED
                ? new RestFailure(REJECTED_BY_LIMITER, LIMITER + refused.sentence())
                : new RestFailure(error.code(), error.message());
    }
}
