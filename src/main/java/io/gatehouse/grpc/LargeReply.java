package io.gatehouse.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.gatehouse.address.Network;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.AnswerMemory;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The bytes of a reply that grows with the number of users, written as the users are read: a message of as many objects takes several times as
 * much. It counts in the {@link AnswerMemory} until the client has it. A client that does not take it in time loses it.
 */
public final class LargeReply implements AutoCloseable {

    /** A reply of the usual size is not counted, so that it is never refused for the sake of large ones. */
    private static final int USUAL_BYTES = 16 * 1024;

    /** The count is corrected from time to time only. */
    private static final int STEP_BYTES = 64 * 1024;

    private static final Duration SHORTEST_TO_TAKE = Duration.ofSeconds(60);

    /** How many bytes a second a client has to take beyond that time. */
    private static final int SLOWEST = 64 * 1024;

    private final AnswerMemory memory;
    private final String network;
    private final long secondsToTake;
    private final ByteString.Output bytes = ByteString.newOutput();
    private final CompletableFuture<Void> taken = new CompletableFuture<>();
    private Optional<AnswerMemory.Answer> counted = Optional.empty();
    private long countedBytes = USUAL_BYTES;

    public LargeReply(AnswerMemory memory, String address) {
        this(memory, address, SHORTEST_TO_TAKE);
    }

    public LargeReply(AnswerMemory memory, String address, Duration shortestToTake) {
        this.memory = memory;
        this.network = Network.of(address);
        this.secondsToTake = shortestToTake.toSeconds();
    }

    /**
     * To be called before anything is read for the reply.
     *
     * @param expected how many bytes it will have, about
     * @throws ProblemException {@link Problem#OVERLOADED}
     */
    public void expect(long expected) {
        if (expected > USUAL_BYTES) {
            count(expected);
        }
    }

    /** Adds a part of the message; whoever reads it puts the parts together. */
    public void add(MessageLite part) {
        write(part, bytes);
        countIfMore(bytes.size());
    }

    /**
     * Adds a field that is a message by itself, in parts. It stands in the reply once: of one that stands there twice, some clients (protobuf.js)
     * read the last alone.
     */
    public void addField(int number, Consumer<Consumer<MessageLite>> parts) {
        ByteString.Output field = ByteString.newOutput();
        parts.accept(part -> {
            write(part, field);
            // It is copied once
            countIfMore(bytes.size() + 2L * field.size());
        });
        try {
            var header = CodedOutputStream.newInstance(bytes);
            header.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            header.writeUInt32NoTag(field.size());
            header.flush();
            field.toByteString().writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says that nothing will be added. */
    public void end() {
        counted.ifPresent(answer -> answer.resize(bytes.size()));
    }

    public int size() {
        return bytes.size();
    }

    /**
     * Hands out the bytes.
     *
     * @param giveUp ends the call when its client does not take them in time
     */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    public InputStream send(Runnable giveUp) {
        taken.orTimeout(secondsToTake + size() / SLOWEST, TimeUnit.SECONDS).whenComplete((any, late) -> {
            if (late != null) {
                giveUp.run();
            }
        });
        return new Bytes(bytes.toByteString());
    }

    /** The client has it, or has gone. */
    @Override
    public void close() {
        counted.ifPresent(AnswerMemory.Answer::close);
        taken.complete(null);
    }

    private void countIfMore(long size) {
        if (size > countedBytes) {
            count(size + STEP_BYTES);
        }
    }

    private void count(long size) {
        counted.ifPresentOrElse(
                answer -> answer.resize(size), () -> counted = Optional.of(memory.begin(network, size)));
        countedBytes = size;
    }

    private static void write(MessageLite part, OutputStream target) {
        try {
            part.writeTo(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What gRPC writes to its own buffers without a copy in between. */
    private static final class Bytes extends FilterInputStream implements Drainable, KnownLength {

        private final ByteString bytes;

        Bytes(ByteString bytes) {
            super(bytes.newInput());
            this.bytes = bytes;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            bytes.writeTo(target);
            return bytes.size();
        }
    }
}
