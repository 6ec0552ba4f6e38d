package io.gatehouse.http;

import com.github.benmanes.caffeine.cache.Interner;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * An answer that stays in memory until its client has taken it, while the thread that made it does something else. Clients that take the same content
 * share its memory: it is cut into pieces at the same places, also when a client asked for a range, and equal pieces are kept once.
 *
 * <p>A {@link LargeAnswer} is sent as it is made, by its own thread: it needs a token, and is not the same for many.
 */
final class PendingAnswer extends Response.Wrapper implements Callback {

    private static final int PIECE_BYTES = 32 * 1024;

    /** Less is not worth a look-up. */
    private static final int LEAST_SHARED_BYTES = 1024;

    private static final Interner<ByteBuffer> SHARED = Interner.newWeakInterner();

    /** When more is kept, whoever writes waits for the client. Only a large list has as much. */
    private static final long MOST_BYTES = 2 * 1024 * 1024;

    private static final String RANGE_UNIT = "bytes ";

    private final Callback request;
    private final Queue<Piece> pieces = new ConcurrentLinkedQueue<>();
    private final AtomicLong keptBytes = new AtomicLong();

    /** Of the write after which too much was kept. */
    private final AtomicReference<@Nullable Callback> tooMuch = new AtomicReference<>();

    private final Sending sending = new Sending();
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean begun;
    private boolean lastWritten;

    /** Where the content stands of which this answer may be a range. */
    private long position;

    /** Is filled before it is sent, when the length of the answer is known. */
    private @Nullable ByteBuffer unfilled;

    private volatile boolean made;
    private volatile @Nullable Throwable failure;

    private record Piece(ByteBuffer content, boolean last) {}

    /**
     * An answer of which nothing is written yet.
     *
     * @param callback is called when the answer is made and sent
     */
    PendingAnswer(Request request, Response response, Callback callback) {
        super(request, response);
        this.request = callback;
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
        if (getRequest().getAttribute(LargeAnswer.ATTRIBUTE) != null) {
            super.write(last, content, callback);
            return;
        }
        Throwable failed = failure;
        if (failed != null) {
            callback.failed(failed);
            return;
        }
        if (!begun) {
            begun = true;
            position = rangeStart();
        }
        lastWritten |= last;
        keep(content == null ? BufferUtil.EMPTY_BUFFER : content, last);
        if (keptBytes.get() > MOST_BYTES) {
            tooMuch.set(callback);
            sending.iterate();
            Throwable meanwhile = failure;
            if (meanwhile != null) {
                fail(meanwhile);
            }
        } else {
            sending.iterate();
            callback.succeeded();
        }
    }

    /** Nothing that was written can be taken back. */
    @Override
    public boolean isCommitted() {
        return begun || super.isCommitted();
    }

    @Override
    public boolean hasLastWrite() {
        return lastWritten || super.hasLastWrite();
    }

    /** The answer is made. */
    @Override
    public void succeeded() {
        made = true;
        Throwable failed = failure;
        if (failed == null) {
            sending.iterate();
        } else {
            end(failed);
        }
    }

    @Override
    public void failed(Throwable cause) {
        fail(cause);
        end(cause);
    }

    /** Nothing more is sent; whoever writes now or waits to go on is told. */
    private void fail(Throwable cause) {
        failure = cause;
        pieces.clear();
        goOn(writer -> writer.failed(cause));
    }

    private void goOn(Consumer<Callback> how) {
        Callback writer = tooMuch.getAndSet(null);
        if (writer != null) {
            how.accept(writer);
        }
    }

    private void end(Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            request.failed(cause);
        }
    }

    /** The first byte of a {@code Content-Range} (RFC 9110, 14.4), which only Spring's own handler of resources writes. */
    private long rangeStart() {
        String range = getHeaders().get(HttpHeader.CONTENT_RANGE);
        return range != null && range.startsWith(RANGE_UNIT) && range.indexOf('-') > 0
                ? Long.parseLong(range, RANGE_UNIT.length(), range.indexOf('-'), 10)
                : 0;
    }

    private void keep(ByteBuffer content, boolean last) {
        if (getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) < PIECE_BYTES) {
            add(ByteBuffer.allocate(content.remaining()).put(content), last);
            return;
        }
        do {
            ByteBuffer piece = unfilled;
            if (piece == null) {
                piece = ByteBuffer.allocate(PIECE_BYTES - (int) (position % PIECE_BYTES));
            }
            position += BufferUtil.put(content, piece);
            boolean end = last && !content.hasRemaining();
            if (end || !piece.hasRemaining()) {
                add(piece, end);
                piece = null;
            }
            unfilled = piece;
        } while (content.hasRemaining());
    }

    private void add(ByteBuffer filled, boolean last) {
        ByteBuffer content = filled.flip();
        keptBytes.addAndGet(content.remaining());
        pieces.add(new Piece(content.remaining() < LEAST_SHARED_BYTES ? content : SHARED.intern(content), last));
    }

    /** Writes one piece after the other. Jetty goes on when the client has taken one. */
    private final class Sending extends IteratingCallback {

        @Override
        protected Action process() {
            if (keptBytes.get() <= MOST_BYTES) {
                goOn(Callback::succeeded);
            }
            // Stays there while it is sent: a piece that nobody holds is not found by others
            Piece piece = pieces.peek();
            if (piece != null) {
                PendingAnswer.super.write(piece.last(), piece.content().duplicate(), this);
                return Action.SCHEDULED;
            }
            return made ? Action.SUCCEEDED : Action.IDLE;
        }

        @Override
        protected void onSuccess() {
            Piece sent = pieces.poll();
            if (sent != null) {
                keptBytes.addAndGet(-sent.content().remaining());
            }
        }

        @Override
        protected void onCompleteSuccess() {
            if (ended.compareAndSet(false, true)) {
                request.succeeded();
            }
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            fail(cause);
            if (made) {
                end(cause);
            }
        }
    }
}
