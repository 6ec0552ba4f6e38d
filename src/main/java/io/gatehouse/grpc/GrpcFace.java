package io.gatehouse.grpc;

import io.gatehouse.problem.ProblemException;

/** The face whose methods are called over gRPC: its words for what ends before any of them is asked. */
public interface GrpcFace {

    /** What is wrong with a token. */
    enum BadToken {
        MISSING,
        MALFORMED,
        /** It names no user. */
        NO_USER,
        /** The user is unknown or the password is wrong. */
        WRONG
    }

    /** The sentence for a client whose token is no good. */
    String text(BadToken why);

    /** The sentence that a client is told. */
    String text(ProblemException refused);

    /** Whether a request of this method may be as large as all users together. */
    boolean isLarge(String fullMethodName);
}
