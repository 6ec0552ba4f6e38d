package io.gatehouse.milvus.grpc;

import com.google.protobuf.MessageLite;
import io.gatehouse.milvus.MilvusDatabase;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import java.util.Optional;
import java.util.function.Function;

/**
 * A method of Milvus' service: what answers it, and how a refusal looks in its reply.
 *
 * @param operation what the method does with users; empty when it does nothing with them
 * @param failure a reply that says nothing but that the call failed
 */
record Rpc<Q, R extends MessageLite>(
        MethodDescriptor<Q, R> method,
        Optional<MilvusOperation> operation,
        Answer<Q, R> answer,
        Function<io.milvus.grpc.Status, R> failure) {

    /** Answers a call. */
    interface Answer<Q, R> {

        /** Gives the reply, or throws why there is none. */
        R reply(GrpcCall call, Q request);
    }

    /** A method about users. */
    static <Q, R extends MessageLite> Rpc<Q, R> of(
            MethodDescriptor<Q, R> method,
            MilvusOperation operation,
            Answer<Q, R> answer,
            Function<io.milvus.grpc.Status, R> failure) {
        return new Rpc<>(method, Optional.of(operation), answer, failure);
    }

    /** A method that everybody with a token may call. */
    static <Q, R extends MessageLite> Rpc<Q, R> of(
            MethodDescriptor<Q, R> method, Answer<Q, R> answer, Function<io.milvus.grpc.Status, R> failure) {
        return new Rpc<>(method, Optional.empty(), answer, failure);
    }

    /**
     * The method as gRPC's server takes it.
     *
     * @param mostBytes the size of the largest reply
     */
    ServerMethodDefinition<?, ?> definition(int mostBytes) {
        return ServerMethodDefinition.create(
                Received.by(method),
                ServerCalls.asyncUnaryCall(
                        (request, client) -> answer(request, (ServerCallStreamObserver<R>) client, mostBytes)));
    }

    private void answer(Received<Q> request, ServerCallStreamObserver<R> client, int mostBytes) {
        // What is under way goes on when the client leaves; without this a reply that nobody waits for would be an
        // exception
        client.setOnCancelHandler(() -> {});
        GrpcCall call = GrpcCall.current();
        try {
            R reply = GrpcCall.logged(call.caller().client(), () -> reply(call, request));
            if (reply.getSerializedSize() > mostBytes) {
                throw new RefusedCall(Status.RESOURCE_EXHAUSTED.withDescription(
                        "the reply is larger than %d bytes (proxy.grpc.serverMaxSendSize)".formatted(mostBytes)));
            }
            client.onNext(reply);
            client.onCompleted();
        } catch (RefusedCall e) {
            client.onError(e.status().asRuntimeException(e.trailers()));
        }
    }

    private R reply(GrpcCall call, Received<Q> request) {
        try {
            return answer.reply(call, request.orRefuse());
        } catch (RefusedCall e) {
            throw e;
        } catch (FailedReply e) {
            return failure.apply(ReplyStatus.failure(e.error(), e.error().message()));
        } catch (ProblemException e) {
            return refused(call, e);
        } catch (RuntimeException e) {
            return refused(call, ProblemException.internalError(e));
        }
    }

    private R refused(GrpcCall call, ProblemException refused) {
        Refusals.logWhatTheOperatorHasToKnow(refused, method.getFullMethodName(), call.requestId());
        MilvusError error =
                operation.map(known -> MilvusError.of(refused, known)).orElseGet(() -> MilvusError.of(refused));
        String text = Refusals.text(refused, error, call.requestId());
        if (refused.problem() == Problem.PERMISSION_DENIED) {
            text = operation
                    .map(known -> known.denial(call.caller().displayName(), MilvusDatabase.shown(call.database())))
                    .orElse(text);
        }
        Optional<Status> status = Refusals.status(refused, text);
        if (status.isPresent()) {
            throw Refusals.refusedCall(status.get(), refused);
        }
        return failure.apply(ReplyStatus.failure(error, text));
    }
}
