package io.gatehouse.milvus.grpc;

import com.google.protobuf.Message;
import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.LargeReply;
import io.gatehouse.grpc.Received;
import io.gatehouse.grpc.Refusals;
import io.gatehouse.grpc.RefusedCall;
import io.gatehouse.milvus.MilvusDatabase;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.AnswerMemory;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import java.io.InputStream;
import java.util.Optional;

/**
 * A method of Milvus' service: what answers it, and how a refusal looks in its reply.
 *
 * @param operation what the method does with users; empty when it does nothing with them
 */
record Rpc<Q, R extends Message>(
        MethodDescriptor<Q, R> method, Optional<MilvusOperation> operation, AnyAnswer<Q, R> answer) {

    /** The field of a reply that says whether the call failed. */
    private static final String STATUS = "status";

    /** Answers a call in either way. */
    interface AnyAnswer<Q, R> {

        /** Gives the reply, or writes it and gives none, or throws why there is none. */
        Optional<R> reply(GrpcCall call, Q request, LargeReply written);
    }

    /** Answers a call. */
    interface Answer<Q, R> {

        /** Gives the reply, or throws why there is none. */
        R reply(GrpcCall call, Q request);
    }

    /** Answers a call whose reply can be large. */
    interface LargeAnswer<Q> {

        /** Writes the reply, or throws why there is none. */
        void reply(GrpcCall call, Q request, LargeReply reply);
    }

    /** A method about users. */
    static <Q, R extends Message> Rpc<Q, R> of(
            MethodDescriptor<Q, R> method, MilvusOperation operation, Answer<Q, R> answer) {
        return new Rpc<>(method, Optional.of(operation), small(answer));
    }

    /** A method about users whose reply can be large. */
    static <Q, R extends Message> Rpc<Q, R> large(
            MethodDescriptor<Q, R> method, MilvusOperation operation, LargeAnswer<Q> answer) {
        return new Rpc<>(method, Optional.of(operation), (call, request, reply) -> {
            answer.reply(call, request, reply);
            reply.end();
            return Optional.empty();
        });
    }

    /** A method that everybody with a token may call. */
    static <Q, R extends Message> Rpc<Q, R> of(MethodDescriptor<Q, R> method, Answer<Q, R> answer) {
        return new Rpc<>(method, Optional.empty(), small(answer));
    }

    private static <Q, R> AnyAnswer<Q, R> small(Answer<Q, R> answer) {
        return (call, request, reply) -> Optional.of(answer.reply(call, request));
    }

    /**
     * The method as gRPC's server takes it.
     *
     * @param mostBytes the size of the largest reply
     * @param memory where large replies count
     */
    ServerMethodDefinition<?, ?> definition(int mostBytes, AnswerMemory memory) {
        MethodDescriptor<Received<Q>, R> read = Received.by(method);
        return ServerMethodDefinition.create(
                read.toBuilder(read.getRequestMarshaller(), new Written()).build(),
                ServerCalls.asyncUnaryCall((request, client) ->
                        answer(request, (ServerCallStreamObserver<InputStream>) client, mostBytes, memory)));
    }

    private void answer(
            Received<Q> request, ServerCallStreamObserver<InputStream> client, int mostBytes, AnswerMemory memory) {
        GrpcCall call = GrpcCall.current();
        var written = new LargeReply(memory, call.caller().client().address());
        // What is under way goes on when the client leaves; without this a reply that nobody waits for would be an
        // exception
        client.setOnCancelHandler(written::close);
        client.setOnCloseHandler(written::close);
        try {
            Optional<R> message = GrpcCall.logged(call.caller().client(), () -> reply(call, request, written));
            int size = message.map(Message::getSerializedSize).orElseGet(written::size);
            if (size > mostBytes) {
                throw new RefusedCall(Status.RESOURCE_EXHAUSTED.withDescription(
                        "the reply is larger than %d bytes (proxy.grpc.serverMaxSendSize)".formatted(mostBytes)));
            }
            if (message.isPresent()) {
                // A refusal after a part of the reply, whose room a slow client must not keep
                written.close();
            }
            client.onNext(message.map(method.getResponseMarshaller()::stream)
                    .orElseGet(() -> written.send(GrpcCall.giveUp())));
            client.onCompleted();
        } catch (RefusedCall e) {
            written.close();
            client.onError(e.status().asRuntimeException(e.trailers()));
        }
    }

    private Optional<R> reply(GrpcCall call, Received<Q> request, LargeReply written) {
        try {
            return answer.reply(call, request.orRefuse(), written);
        } catch (RefusedCall e) {
            throw e;
        } catch (FailedReply e) {
            return Optional.of(failed(ReplyStatus.failure(e.error(), e.error().message())));
        } catch (ProblemException e) {
            return Optional.of(refused(call, e));
        } catch (RuntimeException e) {
            return Optional.of(refused(call, ProblemException.internalError(e)));
        }
    }

    /** Replies are written to bytes before gRPC gets them. */
    private static final class Written implements Marshaller<InputStream> {

        @Override
        public InputStream stream(InputStream reply) {
            return reply;
        }

        @Override
        public InputStream parse(InputStream reply) {
            return reply;
        }
    }

    /** A reply that says nothing but that the call failed. Some replies are a status, all others have one. */
    @SuppressWarnings("unchecked") // gives back a message of the type that it is asked for
    private R failed(io.milvus.grpc.Status status) {
        Message empty = (Message) ((PrototypeMarshaller<R>) method.getResponseMarshaller()).getMessagePrototype();
        return (R)
                (empty instanceof io.milvus.grpc.Status
                        ? status
                        : empty.newBuilderForType()
                                .setField(empty.getDescriptorForType().findFieldByName(STATUS), status)
                                .build());
    }

    private R refused(GrpcCall call, ProblemException refused) {
        Refusals.logWhatTheOperatorHasToKnow(refused, method.getFullMethodName(), call.requestId());
        MilvusError error =
                operation.map(known -> MilvusError.of(refused, known)).orElseGet(() -> MilvusError.of(refused));
        String text = Refusals.text(refused, error.message(), call.requestId());
        if (refused.problem().kind() == Problem.Kind.DENIED) {
            text = operation
                    .map(known -> known.denial(call.caller().getName(), MilvusDatabase.shown(call.database())))
                    .orElse(text);
        }
        Optional<Status> status = Refusals.status(refused, text);
        if (status.isPresent()) {
            throw Refusals.refusedCall(status.get(), refused);
        }
        return failed(ReplyStatus.failure(error, text));
    }
}
