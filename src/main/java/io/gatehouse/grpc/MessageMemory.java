package io.gatehouse.grpc;

import io.gatehouse.address.Network;
import io.gatehouse.address.Shares;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Optional;

/**
 * Bounds what messages take in memory: gRPC's server keeps all of one until its last byte is there, for which whoever sends it may take any
 * time, and unpacks a compressed one. Messages of the usual size are not counted, so that none of them is refused for large ones. Calls without
 * a token have a part of it, and each network a share of that part.
 *
 * <p>gRPC tells a tracer of each piece that it keeps, and ends the call with the status that the tracer throws.
 */
final class MessageMemory extends ServerStreamTracer.Factory {

    /** The most bytes of a message of a call without a token. Envoy asks with all fields of a request, of which it takes 60 KiB by default. */
    static final int OPEN_MESSAGE_BYTES = 128 * 1024;

    /** The most bytes of all messages of calls without a token. */
    static final long OPEN_BYTES = 8L * 1024 * 1024;

    /** The most bytes of those of one network. */
    static final long OPEN_BYTES_OF_A_NETWORK = 2L * 1024 * 1024;

    /** The bytes of a message that are not counted. */
    static final int USUAL_BYTES = 4 * 1024;

    /** The most bytes of all messages together, but those of large methods. */
    static final long ALL_BYTES = 16L * 1024 * 1024;

    /** A piece of a single byte is kept at such a cost too. */
    static final int LEAST_BYTES = 512;

    private final Shares all = new Shares(ALL_BYTES, ALL_BYTES);
    private final Shares open = new Shares(OPEN_BYTES, OPEN_BYTES_OF_A_NETWORK);
    private final Shares large;
    private final GrpcFace face;

    /**
     * Makes one for a server.
     *
     * @param largeBytes the most bytes of all messages of large methods together
     */
    MessageMemory(GrpcFace face, long largeBytes) {
        this.face = face;
        large = new Shares(largeBytes, largeBytes);
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        if (OpenCalls.isOpen(fullMethodName)) {
            return new Arriving(OPEN_MESSAGE_BYTES, all, Optional.of(open));
        }
        return new Arriving(Long.MAX_VALUE, face.isLarge(fullMethodName) ? large : all, Optional.empty());
    }

    /** One call. Its pieces come one after the other. */
    private static final class Arriving extends ServerStreamTracer {

        private final long most;
        private final Shares memory;

        /** The part of a call without a token. */
        private final Optional<Shares> open;

        private String network = "";
        private long arrived;
        private long unpacked;
        private long counted;
        private boolean closed;

        Arriving(long most, Shares memory, Optional<Shares> open) {
            this.most = most;
            this.memory = memory;
            this.open = open;
        }

        /** Before a piece is counted: gRPC's server looks at none until the call has begun. */
        @Override
        public synchronized void serverCallStarted(ServerCallInfo<?, ?> call) {
            if (open.isPresent()) {
                network = Network.of(GrpcCall.address(call.getAttributes()));
            }
        }

        @Override
        public synchronized void inboundWireSize(long bytes) {
            arrived += Math.max(bytes, LEAST_BYTES);
            count(arrived);
        }

        /** A compressed message is unpacked as it is read. */
        @Override
        public synchronized void inboundUncompressedSize(long bytes) {
            unpacked += bytes;
            count(unpacked);
        }

        private void count(long size) {
            if (size > most) {
                throw refused("a message without a token has more than %d bytes".formatted(most));
            }
            long more = size - USUAL_BYTES - counted;
            if (more > 0) {
                if (closed) {
                    // What a client sent and then gave up may still be unpacked, and nothing would take it off again
                    throw Status.CANCELLED.withDescription("the call has ended").asRuntimeException();
                }
                if (!take(more)) {
                    throw refused("too many large messages at once");
                }
                counted += more;
            }
        }

        private boolean take(long bytes) {
            if (!memory.take(network, bytes)) {
                return false;
            }
            boolean fits = open.map(part -> part.take(network, bytes)).orElse(true);
            if (!fits) {
                memory.giveBack(network, bytes);
            }
            return fits;
        }

        @Override
        public synchronized void streamClosed(Status status) {
            closed = true;
            memory.giveBack(network, counted);
            open.ifPresent(part -> part.giveBack(network, counted));
            counted = 0;
        }

        private static RuntimeException refused(String text) {
            return Status.RESOURCE_EXHAUSTED.withDescription(text).asRuntimeException();
        }
    }
}
