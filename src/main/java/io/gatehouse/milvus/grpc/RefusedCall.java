package io.gatehouse.milvus.grpc;

import io.gatehouse.problem.Problem;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that ends in a status of gRPC and not in a reply. */
final class RefusedCall extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final transient Metadata trailers;
    private final @Nullable Problem problem;

    RefusedCall(Status status, Metadata trailers, @Nullable Problem problem) {
        // An answer, not a bug: a stack trace would cost time and tell nothing
        super(status.getDescription(), null, false, false);
        this.status = status;
        this.trailers = trailers;
        this.problem = problem;
    }

    RefusedCall(Status status) {
        this(status, new Metadata(), null);
    }

    Status status() {
        return status;
    }

    Metadata trailers() {
        return trailers;
    }

    /** Empty where gRPC alone knows the reason. */
    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }
}
