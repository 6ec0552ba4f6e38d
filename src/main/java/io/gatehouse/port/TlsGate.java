package io.gatehouse.port;

import io.gatehouse.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The beginning of a connection to a port with TLS: a client that speaks without it gets an answer in its own protocol. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed, and tells its handlers
final class TlsGate extends ByteToMessageDecoder {

    /** The type of a TLS record that holds a handshake message (RFC 8446, 5.1). */
    private static final int HANDSHAKE = 22;

    /** How HTTP/2 begins; a method of HTTP/1.1 that begins like it differs within these. */
    private static final int TELLING_BYTES = 3;

    private static final String HTTP_2 = "PRI";

    private static final String TEXT = "this port speaks TLS";

    private final Tls tls;
    private final Duration handshakeTimeout;
    private final FirstBytes next;

    TlsGate(Tls tls, Duration handshakeTimeout, FirstBytes next) {
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
        this.next = next;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getUnsignedByte(in.readerIndex()) == HANDSHAKE) {
            context.pipeline().addAfter(context.name(), null, next);
            context.pipeline().addAfter(context.name(), null, tls.newHandler(context.alloc(), handshakeTimeout));
            context.pipeline().remove(this);
        } else if (in.readableBytes() >= TELLING_BYTES) {
            refuse(context, in.toString(in.readerIndex(), TELLING_BYTES, StandardCharsets.ISO_8859_1));
            context.pipeline().remove(this);
        }
    }

    private static void refuse(ChannelHandlerContext context, String begin) {
        if (begin.equals(HTTP_2)) {
            LastWords.goAway(context, LastWords.INADEQUATE_SECURITY, TEXT);
        } else if (begin.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            LastWords.http(context, "400 Bad Request", TEXT);
        } else {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
