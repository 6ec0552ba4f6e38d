package io.gatehouse.port;

import io.gatehouse.port.Connections.Closing;
import io.gatehouse.port.Connections.Place;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends an HTTP/2 connection that sends frames without end which belong to no call (RFC 9113, 10.5): each costs the server a little and the
 * client nothing. gRPC's server bounds pings and resets alone.
 *
 * <p>Counts the frames in front of gRPC's server, which does not tell of all of them: each takes one from a budget. Time, calls and bytes in
 * either direction add to it, as a client sends WINDOW_UPDATE and PING for data that it gets.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whoever wrote has the promise
final class FrameLimit extends ChannelDuplexHandler {

    /** The budget of a connection over which nothing was asked yet, and the most that time alone makes of it. */
    static final int SILENT_BUDGET = 1000;

    private static final int MOST_BUDGET = 100_000;
    private static final long NANOS_PER_FRAME = Duration.ofMillis(100).toNanos();
    private static final int FRAMES_PER_CALL = 20;
    private static final int SENT_BYTES_PER_FRAME = 1024;

    /** A client may send its message in small pieces, but not byte after byte. */
    private static final int RECEIVED_BYTES_PER_FRAME = 64;

    private static final int PREFACE = 24;

    /** The length and the type; flags and stream are behind them (RFC 9113, 4.1). */
    private static final int TELLING_BYTES = 4;

    private static final int OTHER_BYTES = 5;

    private static final int DATA = 0;
    private static final int HEADERS = 1;

    static final String TOO_MANY_CONNECTIONS = "too many connections";

    private final Place place;
    private @Nullable ChannelHandlerContext context;

    /** How much of what comes next is not looked at. */
    private int skipped = PREFACE;

    private int header;
    private int headerBytes;
    private int budget = SILENT_BUDGET;
    private long lastRefill = System.nanoTime();
    private long sentBytes;
    private boolean ended;

    FrameLimit(Place place) {
        this.place = place;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Ends the connection at once, whatever is under way. */
    void goAwayNow() {
        if (context != null) {
            LastWords.goAwayNow(context, LastWords.ENHANCE_YOUR_CALM, TOO_MANY_CONNECTIONS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object message) {
        if (!ended && message instanceof ByteBuf bytes) {
            count(bytes);
            if (budget < 0) {
                ended = true;
                place.closing(Closing.FLOOD);
                // Takes the rest of what comes
                LastWords.goAway(own, LastWords.ENHANCE_YOUR_CALM, "too many frames that belong to no call");
            }
        }
        own.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext own, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            sentBytes += bytes.readableBytes();
            add(sentBytes / SENT_BYTES_PER_FRAME);
            sentBytes %= SENT_BYTES_PER_FRAME;
        }
        own.write(message, promise);
    }

    private void count(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex() && budget >= 0) {
            if (skipped > 0) {
                int here = Math.min(skipped, bytes.writerIndex() - at);
                at += here;
                skipped -= here;
            } else {
                header = header << Byte.SIZE | bytes.getUnsignedByte(at);
                at++;
                headerBytes++;
                if (headerBytes == TELLING_BYTES) {
                    headerBytes = 0;
                    frame(header & 0xff, header >>> Byte.SIZE);
                }
            }
        }
    }

    private void frame(int type, int length) {
        skipped = OTHER_BYTES + length;
        if (type == HEADERS) {
            add(FRAMES_PER_CALL);
            return;
        }
        if (type == DATA) {
            add(length / RECEIVED_BYTES_PER_FRAME);
        }
        if (budget == 0) {
            refill();
        }
        budget--;
    }

    private void add(long frames) {
        budget = (int) Math.min(MOST_BUDGET, budget + frames);
    }

    private void refill() {
        long now = System.nanoTime();
        budget = (int) Math.min(SILENT_BUDGET, (now - lastRefill) / NANOS_PER_FRAME);
        lastRefill = now;
    }
}
