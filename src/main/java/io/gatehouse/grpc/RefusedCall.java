package io.gatehouse.grpc;

import io.gatehouse.problem.Problem;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that ends in a status of gRPC and not in a reply. */
public final class RefusedCall extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final transient Metadata trailers;
    private final @Nullable Problem problem;

    public RefusedCall(Status status, Metadata trailers, @Nullable Problem problem) {
        // An answer, not a bug: a stack trace would cost time and tell nothing
        super(status.getDescription(), null, false, false);
        this.status = status;
        this.trailers = trailers;
        this.problem = problem;
    }

    public RefusedCall(Status status) {
        this(status, new Metadata(), null);
    }

    public Status status() {
        return status;
    }

    public Metadata trailers() {
        return trailers;
    }

    /** Empty where gRPC alone knows the reason. */
    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }
}
