package io.gatehouse.grpc;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.gatehouse.caller.Face;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which problems are a status of gRPC. All others are a reply that carries Milvus' code: clients show that to their caller, while
 * many repeat a call that failed with a status which they do not know.
 */
public final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private Refusals() {}

    /** The status that a problem is; empty where it is a reply. */
    public static Optional<Status> status(ProblemException refused, String text) {
        return switch (refused.problem().kind()) {
            case UNAUTHENTICATED -> Optional.of(Status.UNAUTHENTICATED.withDescription(text));
            case DENIED -> Optional.of(Status.PERMISSION_DENIED.withDescription(text));
            case THROTTLED, OVERLOADED -> Optional.of(Status.RESOURCE_EXHAUSTED.withDescription(text));
            case TIMED_OUT -> Optional.of(Status.DEADLINE_EXCEEDED.withDescription(text));
            case MALFORMED, INVALID, FORBIDDEN, NOT_FOUND, NOT_SERVED, CONFLICT, TOO_LARGE, UNAVAILABLE, INTERNAL ->
                Optional.empty();
        };
    }

    /** A problem that came before there was anything to reply to. */
    static RefusedCall withoutReply(ProblemException refused, GrpcFace face, String method, String requestId) {
        logWhatTheOperatorHasToKnow(refused, method, requestId);
        String text = text(refused, face.text(refused), requestId);
        Status otherwise = refused.problem().kind() == Problem.Kind.UNAVAILABLE ? Status.UNAVAILABLE : Status.INTERNAL;
        return refusedCall(status(refused, text).orElse(otherwise.withDescription(text)), refused);
    }

    /** Ends a call with a status; with the time to wait, where the problem has one, as a {@code google.rpc.RetryInfo}. */
    public static RefusedCall refusedCall(Status status, ProblemException refused) {
        return new RefusedCall(
                status,
                refused.retryAfter().map(wait -> retryInfo(status, wait)).orElseGet(Metadata::new),
                refused.problem());
    }

    public static void logWhatTheOperatorHasToKnow(ProblemException refused, String method, String requestId) {
        if (refused.problem().concernsTheOperator()) {
            log.error(
                    "request failed: interface={} method={} requestId={}",
                    Face.GRPC.written(),
                    method,
                    requestId,
                    refused);
        }
    }

    /** The face's sentence; of a bug the caller gets nothing more than the id under which the log has the rest. */
    public static String text(ProblemException refused, String sentence, String requestId) {
        return refused.problem().kind() == Problem.Kind.INTERNAL
                ? "%s: request id %s".formatted(sentence, requestId)
                : sentence;
    }

    private static Metadata retryInfo(Status status, Duration wait) {
        var delay = com.google.protobuf.Duration.newBuilder()
                .setSeconds(wait.getSeconds())
                .setNanos(wait.getNano());
        var details = com.google.rpc.Status.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(String.valueOf(status.getDescription()))
                .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
        Metadata trailers = StatusProto.toStatusException(details.build()).getTrailers();
        return trailers == null ? new Metadata() : trailers;
    }
}
