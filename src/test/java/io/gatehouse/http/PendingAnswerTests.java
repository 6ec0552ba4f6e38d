package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingAnswerTests {

    private static final int LENGTH = 1_500_000;

    private final byte[] content = new byte[LENGTH];
    private final AtomicReference<String> end = new AtomicReference<>("none");
    private boolean large;

    PendingAnswerTests() {
        new Random(1).nextBytes(content);
    }

    /** A client that takes one piece of an answer when it is told to. */
    private static final class Client extends Response.Wrapper {

        private final HttpFields.Mutable headers = HttpFields.build();
        private final List<ByteBuffer> taken = new ArrayList<>();
        private @Nullable Callback written;
        private boolean last;

        Client() {
            super(mock(Request.class), mock(Response.class));
        }

        @Override
        public HttpFields.Mutable getHeaders() {
            return headers;
        }

        @Override
        public boolean isCommitted() {
            return false;
        }

        @Override
        public void write(boolean isLast, ByteBuffer piece, Callback callback) {
            assertThat(written).isNull();
            taken.add(piece);
            written = callback;
            last = isLast;
        }

        void take() {
            Callback callback = written;
            written = null;
            if (callback != null) {
                callback.succeeded();
            }
        }

        void takeAll() {
            while (written != null) {
                take();
            }
        }

        void leave() {
            Callback callback = written;
            written = null;
            if (callback != null) {
                callback.failed(new IOException("gone"));
            }
        }

        byte[] bytes() {
            var all = ByteBuffer.allocate(
                    taken.stream().mapToInt(ByteBuffer::remaining).sum());
            taken.forEach(piece -> all.put(piece.duplicate()));
            return all.array();
        }
    }

    @Test
    void writeWhenTheClientTakesNothingThenReturnsAndAllIsSentLater() {
        var client = new Client();
        PendingAnswer answer = begin(client, 0, LENGTH);

        write(answer, 0, LENGTH, 10_000);
        answer.succeeded();

        assertThat(client.taken).hasSize(1);
        assertThat(end).hasValue("none");
        client.takeAll();
        assertThat(client.bytes()).isEqualTo(content);
        assertThat(client.last).isTrue();
        assertThat(end).hasValue("sent");
    }

    @Test
    void writeWhenManyTakeTheSameThenItIsInMemoryOnce() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int from = i * 20_001;
            var client = new Client();
            PendingAnswer answer = begin(client, from, LENGTH - from);
            write(answer, from, LENGTH, 5_000 + i);
            answer.succeeded();
            clients.add(client);
        }

        IdentityHashMap<Object, Boolean> kept = new IdentityHashMap<>();
        for (Client client : clients) {
            client.takeAll();
            client.taken.forEach(piece -> kept.put(memoryOf(piece), true));
        }
        int pieces = LENGTH / (32 * 1024) + 1;
        assertThat(kept.size()).isBetween(pieces, pieces + clients.size());
    }

    @Test
    void writeWhenTheLengthIsNotKnownThenEachPartIsSentByItself() {
        var client = new Client();
        PendingAnswer answer = begin(client, 0, LENGTH);
        client.headers.remove(HttpHeader.CONTENT_LENGTH);

        answer.write(false, ByteBuffer.wrap(content, 0, 10), Callback.NOOP);
        answer.write(true, ByteBuffer.wrap(content, 10, 10), Callback.NOOP);

        assertThat(client.taken).hasSize(1);
        assertThat(client.last).isFalse();
        client.take();
        assertThat(client.taken).hasSize(2);
        assertThat(client.last).isTrue();
        assertThat(client.bytes()).isEqualTo(Arrays.copyOf(content, 20));
    }

    @Test
    void leaveWhenTheAnswerIsMadeThenEndsItOnce() {
        var client = new Client();
        PendingAnswer answer = begin(client, 0, LENGTH);
        write(answer, 0, LENGTH, 10_000);
        answer.succeeded();

        client.leave();
        answer.failed(new IOException("later"));

        assertThat(end).hasValue("gone");
    }

    @Test
    void leaveWhenTheAnswerIsBeingMadeThenTheNextWriteFails() {
        var client = new Client();
        PendingAnswer answer = begin(client, 0, LENGTH);
        write(answer, 0, LENGTH / 2, 10_000);
        client.leave();

        var failed = new AtomicReference<Throwable>();
        answer.write(true, ByteBuffer.wrap(content), Callback.from(() -> {}, failed::set));
        answer.succeeded();

        assertThat(failed.get()).hasMessage("gone");
        assertThat(end).hasValue("gone");
    }

    @Test
    void writeWhenMoreIsKeptThanTwoMebibytesThenWaitsForTheClient() {
        var client = new Client();
        PendingAnswer answer = begin(client, 0, 2 * LENGTH);
        AtomicReference<String> written = writeTooMuch(answer);

        assertThat(written).hasValue("none");
        client.takeAll();
        assertThat(written).hasValue("sent");
    }

    @Test
    void leaveWhenAWriteWaitsThenItFails() {
        var client = new Client();
        AtomicReference<String> written = writeTooMuch(begin(client, 0, 2 * LENGTH));

        client.leave();

        assertThat(written).hasValue("gone");
    }

    @Test
    void failWhenAWriteWaitsThenItFails() {
        PendingAnswer answer = begin(new Client(), 0, 2 * LENGTH);
        AtomicReference<String> written = writeTooMuch(answer);

        answer.failed(new IOException("aborted"));

        assertThat(written).hasValue("aborted");
        assertThat(end).hasValue("aborted");
    }

    /** What came of the second of two writes, after which too much is kept. */
    private AtomicReference<String> writeTooMuch(PendingAnswer answer) {
        var written = new AtomicReference<>("none");
        answer.write(false, ByteBuffer.wrap(content), Callback.NOOP);
        answer.write(
                false,
                ByteBuffer.wrap(content),
                Callback.from(() -> written.set("sent"), failure -> written.set(failure.getMessage())));
        return written;
    }

    @Test
    void writeWhenItIsALargeAnswerThenWaitsForTheClient() {
        large = true;
        var client = new Client();
        PendingAnswer answer = begin(client, 0, LENGTH);
        var written = new AtomicReference<>(false);

        answer.write(true, ByteBuffer.wrap(content), Callback.from(() -> written.set(true)));

        assertThat(written).hasValue(false);
        client.take();
        assertThat(written).hasValue(true);
    }

    private static Object memoryOf(ByteBuffer piece) {
        assertThat(piece.arrayOffset()).isZero();
        return piece.array();
    }

    private PendingAnswer begin(Client client, int from, int length) {
        client.headers.put(HttpHeader.CONTENT_LENGTH, length);
        if (from > 0) {
            client.headers.put(HttpHeader.CONTENT_RANGE, "bytes %d-%d/%d".formatted(from, from + length - 1, LENGTH));
        }
        return new PendingAnswer(
                request(), client, Callback.from(() -> end.set("sent"), failure -> end.set(failure.getMessage())));
    }

    private Request request() {
        Request request = mock();
        when(request.getAttribute(LargeAnswer.ATTRIBUTE)).thenReturn(large ? true : null);
        return request;
    }

    private void write(PendingAnswer answer, int from, int to, int step) {
        for (int at = from; at < to; at += step) {
            int length = Math.min(step, to - at);
            var written = new AtomicReference<>(false);
            // As the servlet container: the memory is used again
            ByteBuffer reused =
                    ByteBuffer.allocateDirect(length).put(content, at, length).flip();
            answer.write(at + length == LENGTH, reused, Callback.from(() -> written.set(true)));
            assertThat(written).hasValue(true);
            assertThat(reused.hasRemaining()).isFalse();
            reused.clear().put(new byte[length]);
        }
    }
}
