package io.gatehouse.milvus.grpc;

import io.gatehouse.milvus.MilvusError;

/**
 * A call that this face refuses by itself, with a reply. It is no {@link io.gatehouse.problem.Problem}: passwords are encoded, and
 * databases named, in this protocol only.
 */
final class FailedReply extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient MilvusError error;

    FailedReply(MilvusError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    MilvusError error() {
        return error;
    }
}
