package io.gatehouse.milvus.grpc;

import io.grpc.Metadata;
import io.grpc.Status;

/** A call that ends in a status of gRPC and not in a reply. */
final class RefusedCall extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final transient Metadata trailers;

    RefusedCall(Status status, Metadata trailers) {
        // An answer, not a bug: a stack trace would cost time and tell nothing
        super(status.getDescription(), null, false, false);
        this.status = status;
        this.trailers = trailers;
    }

    RefusedCall(Status status) {
        this(status, new Metadata());
    }

    Status status() {
        return status;
    }

    Metadata trailers() {
        return trailers;
    }
}
