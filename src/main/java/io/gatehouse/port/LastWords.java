package io.gatehouse.port;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection, so that the client gets what was written last. A socket that is closed while the client still sends is
 * reset, and what is on its way to the client is lost; so our direction is closed first, and what still comes is read and dropped.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed, and tells its handlers
final class LastWords extends ChannelInboundHandlerAdapter {

    /** Of RFC 9113, section 7. */
    static final int ENHANCE_YOUR_CALM = 0xb;

    /** Of RFC 9113, section 7. */
    static final int INADEQUATE_SECURITY = 0xc;

    private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    private static final int GO_AWAY = 7;

    /** Streams above this one were not looked at: gRPC clients would try those again at once, many times, on new connections. */
    private static final int EVERY_STREAM = Integer.MAX_VALUE;

    private static final int MOST_SECONDS_TO_WRITE = 30;
    private static final int MOST_SECONDS_TO_READ = 2;

    private final ByteBuf words;

    private LastWords(ByteBuf words) {
        this.words = words;
    }

    /** Ends an HTTP/1.1 connection with an answer of our own; the servlet container has no part in it. */
    static void http(ChannelHandlerContext context, String status, String text) {
        String answer = """
                HTTP/1.1 %s\r
                Content-Type: text/plain\r
                Content-Length: %d\r
                Cache-Control: no-store\r
                Connection: close\r
                \r
                %s""".formatted(status, text.length() + 1, text + "\n");
        say(context, Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII));
    }

    /** Ends an HTTP/2 connection (RFC 9113, section 6.8). */
    static void goAway(ChannelHandlerContext context, int error, String text) {
        say(context, goAway(error, text));
    }

    /** The same for a client that is not waited for. */
    static void goAwayNow(ChannelHandlerContext context, int error, String text) {
        context.writeAndFlush(goAway(error, text));
        closeNow(context.channel());
    }

    private static ByteBuf goAway(int error, String text) {
        byte[] debugData = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.buffer()
                .writeBytes(EMPTY_SETTINGS)
                .writeMedium(8 + debugData.length)
                .writeByte(GO_AWAY)
                .writeByte(0)
                .writeInt(0)
                .writeInt(EVERY_STREAM)
                .writeInt(error)
                .writeBytes(debugData);
    }

    /**
     * Returns what ends a connection at once, whatever its client does and whatever is under way. Any thread may run it.
     */
    static Runnable closingNow(Channel channel) {
        return () -> channel.eventLoop().execute(() -> closeNow(channel));
    }

    private static void closeNow(Channel channel) {
        // Handlers wait when they are asked to close: gRPC's for its calls, that of TLS until its last message is sent
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /** Ends a connection on which everything has been said. */
    static void none(ChannelHandlerContext context) {
        say(context, Unpooled.EMPTY_BUFFER);
    }

    /** Whether an event says that nothing more will be read: the TCP direction was closed, or TLS' own. */
    static boolean endsInput(Object event) {
        return event == ChannelInputShutdownEvent.INSTANCE || event instanceof SslCloseCompletionEvent;
    }

    private static void say(ChannelHandlerContext context, ByteBuf words) {
        context.pipeline().addAfter(context.name(), null, new LastWords(words));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        closeAfter(context, MOST_SECONDS_TO_WRITE);
        context.channel().config().setAutoRead(true);
        context.writeAndFlush(words).addListener(written -> {
            if (written.isSuccess()) {
                closeOutput(context);
            } else {
                context.close();
            }
        });
    }

    private static void closeOutput(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        }
        if (!(context.channel() instanceof DuplexChannel channel) || channel.isInputShutdown()) {
            context.close();
            return;
        }
        channel.shutdownOutput().addListener(any -> closeAfter(context, MOST_SECONDS_TO_READ));
    }

    private static void closeAfter(ChannelHandlerContext context, int seconds) {
        var closing = context.executor().schedule(() -> context.close(), seconds, TimeUnit.SECONDS);
        context.channel().closeFuture().addListener(closed -> closing.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (endsInput(event)) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
