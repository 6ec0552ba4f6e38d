package io.gatehouse.port;

import io.gatehouse.port.Connections.Place;
import io.gatehouse.port.Connections.Use;
import io.gatehouse.port.GrpcNegotiation.Handover;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells gRPC from HTTP/1.1 by what a client sends first: HTTP/2 begins with a preface that is no request of HTTP/1.1 (RFC 9113, 3.4).
 * Who sends nothing, or half of it, is gRPC's to time out.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed, and tells its handlers
final class FirstBytes extends ByteToMessageDecoder {

    private static final Logger log = LoggerFactory.getLogger(FirstBytes.class);

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Handover handover;
    private final Place place;
    private final Relay.Target servlets;
    private final Duration strangerTimeout;

    FirstBytes(Handover handover, Place place, Relay.Target servlets, Duration strangerTimeout) {
        this.handover = handover;
        this.place = place;
        this.servlets = servlets;
        this.strangerTimeout = strangerTimeout;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int readable = Math.min(in.readableBytes(), PREFACE.length);
        int matching = 0;
        while (matching < readable && in.getByte(in.readerIndex() + matching) == PREFACE[matching]) {
            matching++;
        }
        if (matching == PREFACE.length) {
            toGrpc(context);
        } else if (matching < readable) {
            toServlets(context);
        }
    }

    private void toGrpc(ChannelHandlerContext context) {
        var frames = new FrameLimit(place);
        if (place.become(Use.GRPC, () -> context.channel().eventLoop().execute(frames::goAwayNow))) {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            handover.toGrpc(context, place, tls == null ? null : tls.engine().getSession());
            context.pipeline().addAfter(context.name(), null, frames);
            StrangerTimeout.watch(context.channel(), place, strangerTimeout);
        } else {
            handover.notGrpc();
            LastWords.goAway(context, LastWords.ENHANCE_YOUR_CALM, FrameLimit.TOO_MANY_CONNECTIONS);
        }
        // What was read so far goes on to the next handler
        context.pipeline().remove(this);
    }

    private void toServlets(ChannelHandlerContext context) {
        handover.notGrpc();
        if (place.become(Use.HTTP, LastWords.closingNow(context.channel()))) {
            servlets.relay(context, place);
            StrangerTimeout.watch(context.channel(), place, strangerTimeout);
        } else {
            LastWords.http(context, "503 Service Unavailable", "too many connections");
        }
        context.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("connection closed: address={} reason={}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }
}
