package io.gatehouse.milvus.grpc;

import io.gatehouse.milvus.MilvusError;
import io.milvus.grpc.Status;

/** The {@code common.Status} that every reply of Milvus carries. */
final class ReplyStatus {

    private ReplyStatus() {}

    /** All zero. */
    static Status success() {
        return Status.getDefaultInstance();
    }

    /**
     * A failure.
     *
     * @param reason the error's message, or what stands for it
     */
    static Status failure(MilvusError error, String reason) {
        return failure(error, reason, reason);
    }

    /**
     * A failure whose reason has other words than its detail.
     *
     * @param detail left out when the error is one of the old kind
     */
    @SuppressWarnings("deprecation") // the field error_code, for clients that know no other
    static Status failure(MilvusError error, String reason, String detail) {
        var status = Status.newBuilder()
                .setCode(error.code())
                .setErrorCodeValue(error.legacyCode())
                .setReason(reason);
        return error.isOfLegacyKind()
                ? status.build()
                : status.setDetail(detail).build();
    }
}
