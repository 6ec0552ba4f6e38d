package io.gatehouse.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What came as a request. Bytes that are no message are one too, so that the call ends with a clear status: gRPC's server would end
 * it with UNKNOWN and log a stack trace, for anybody who sends nonsense.
 *
 * @param message the message; empty when there is none that can be read
 * @param fault why not; OK when there is one
 */
public record Received<Q>(Optional<Q> message, Status fault) {

    private static final Status NO_MESSAGE =
            Status.INVALID_ARGUMENT.withDescription("the request is not a valid message");

    /** The same method, whose requests are read in this way. */
    public static <Q, R> MethodDescriptor<Received<Q>, R> by(MethodDescriptor<Q, R> method) {
        return method.toBuilder(new Reader<>(method.getRequestMarshaller()), method.getResponseMarshaller())
                .build();
    }

    /**
     * The message.
     *
     * @throws RefusedCall when there is none
     */
    public Q orRefuse() {
        return message.orElseThrow(() -> new RefusedCall(fault));
    }

    private record Reader<Q>(Marshaller<Q> marshaller) implements Marshaller<Received<Q>> {

        @Override
        public Received<Q> parse(InputStream bytes) {
            try {
                return new Received<>(Optional.of(marshaller.parse(bytes)), Status.OK);
            } catch (StatusRuntimeException e) {
                boolean readWhole = e.getCause() instanceof InvalidProtocolBufferException;
                return new Received<>(Optional.empty(), readWhole ? NO_MESSAGE : e.getStatus());
            }
        }

        @Override
        public InputStream stream(Received<Q> request) {
            return marshaller.stream(request.orRefuse());
        }
    }
}
