package io.gatehouse.port;

import io.gatehouse.port.Connections.Place;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP connection: copies what the client sends to the servlet container, and back. Either side is read only as fast as the
 * other can be written, and either may end its direction first. Both channels have the same event loop, so one thread alone comes
 * here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed, and tells its handlers
final class Relay {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    /** Small: an answer of ours has a few KiB, and each connection may have this much waiting in either direction. */
    private static final WriteBufferWaterMark WAITING = new WriteBufferWaterMark(16 * 1024, 64 * 1024);

    private static final int LARGEST_READ = 32 * 1024;

    /** With the delays between them, a connection waits 4.4 seconds for room in the socket's queue. */
    static final int MOST_ATTEMPTS = 51;

    private static final int LONGEST_DELAY_MILLIS = 100;

    /** The servlet container, to which connections are relayed. */
    static final class Target {

        private final Path socket;
        private final Duration requestTimeout;
        private final Duration idleTimeout;
        private final AtomicBoolean reachable = new AtomicBoolean(true);

        Target(Path socket, PortSettings settings) {
            this.socket = socket;
            this.requestTimeout = settings.requestTimeout();
            this.idleTimeout = settings.idleTimeout();
        }

        /** Relays the connection, beginning with what the handler of {@code context} has read; it has to remove itself next. */
        void relay(ChannelHandlerContext context, Place place) {
            new Relay(this, place).begin(context);
        }

        private void reached() {
            reachable.set(true);
        }

        /** Says so once, not for each of a thousand connections. */
        private void notReached(Throwable why) {
            if (reachable.getAndSet(false)) {
                log.error("the servlet container cannot be reached: socket={}", socket, why);
            }
        }
    }

    private final Target target;
    private final Place place;
    private final Side client = new Side();
    private final Queue<Object> early = new ArrayDeque<>();

    /** A new one for each attempt to connect. */
    private Side servlets = new Side();

    private boolean joined;
    private boolean clientHasEnded;

    /** When the request that is being sent began, as long as nothing of its answer has come; 0 when there is none. */
    private long requestBegan;

    private Relay(Target target, Place place) {
        this.target = target;
        this.place = place;
    }

    private void begin(ChannelHandlerContext context) {
        Channel channel = context.channel();
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(512, 2048, LARGEST_READ));
        channel.config().setWriteBufferWaterMark(WAITING);
        context.pipeline().addAfter(context.name(), null, client);
        context.pipeline()
                .addAfter(
                        context.name(),
                        null,
                        new IdleStateHandler(true, 0, 0, target.idleTimeout.toMillis(), TimeUnit.MILLISECONDS));
        connect(channel, 1);
    }

    private void connect(Channel channel, int attempt) {
        servlets = new Side();
        new Bootstrap()
                .group(channel.eventLoop())
                .channel(NioDomainSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                // A container that takes no more of a request has still said why: that is read first
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.ALLOCATOR, channel.alloc())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, LARGEST_READ))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
                .handler(servlets)
                .connect(UnixDomainSocketAddress.of(target.socket))
                .addListener((ChannelFuture connect) -> onLoop(channel, () -> connected(connect, attempt)));
    }

    /** Without a file left for a socket, there is no channel whose thread tells so. */
    private static void onLoop(Channel channel, Runnable work) {
        if (channel.eventLoop().inEventLoop()) {
            work.run();
        } else {
            channel.eventLoop().execute(work);
        }
    }

    private void connected(ChannelFuture connect, int attempt) {
        if (!connect.isSuccess()) {
            if (attempt < MOST_ATTEMPTS && isForWantOfRoom(connect.cause())) {
                connectLater(attempt);
            } else {
                unreachable(connect.cause());
            }
            return;
        }
        if (!client.isOpen()) {
            connect.channel().close();
            return;
        }
        servlets.context()
                .write(ProxyHeader.of(client.channel(), place.id(), session()))
                .addListener(written -> {
                    if (written.isSuccess()) {
                        target.reached();
                    } else {
                        unreachable(written.cause());
                    }
                });
        while (!early.isEmpty()) {
            servlets.context().write(early.remove());
        }
        servlets.context().flush();
        joined = true;
        servlets.readAsFastAs(client);
        client.readAsFastAs(servlets);
        if (clientHasEnded) {
            endServletsInput();
        }
    }

    /**
     * Whether the socket's queue is full (EAGAIN): Linux lets no connection wait for room there, and where {@code net.core.somaxconn} is
     * 128 the queue is short, whatever its setting. The JDK has no exception of its own for it, as it has for a refusal, and its text is in
     * the system's language.
     */
    private boolean isForWantOfRoom(@Nullable Throwable failure) {
        // Netty's own type wraps the JDK's
        return failure instanceof SocketException
                && failure.getCause() != null
                && failure.getCause().getClass() == SocketException.class
                && Files.exists(target.socket);
    }

    private void connectLater(int attempt) {
        Channel channel = client.channel();
        int delay = Math.min(1 << Math.min(attempt - 1, 10), LONGEST_DELAY_MILLIS);
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (client.isOpen()) {
                                connect(channel, attempt + 1);
                            }
                        },
                        delay,
                        TimeUnit.MILLISECONDS);
    }

    private @Nullable SSLSession session() {
        SslHandler tls = client.channel().pipeline().get(SslHandler.class);
        return tls == null ? null : tls.engine().getSession();
    }

    private void unreachable(@Nullable Throwable cause) {
        if (!client.isOpen()) {
            return;
        }
        target.notReached(cause == null ? new IllegalStateException("no reason") : cause);
        refuse("503 Service Unavailable", "the server is not ready");
    }

    private void refuse(String status, String text) {
        LastWords.http(client.context(), status, text);
        client.leave();
        releaseEarly();
        servlets.close();
    }

    /** Passes on that the client sends nothing more; its answers are still to come. */
    private void endServletsInput() {
        servlets.context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (servlets.channel() instanceof DuplexChannel channel) {
                channel.shutdownOutput();
            }
        });
    }

    private void read(Side from, Object message) {
        if (from == client && isTooSlow()) {
            ReferenceCountUtil.release(message);
            refuse("408 Request Timeout", "the request took too long to arrive");
        } else if (!joined) {
            early.add(message);
        } else {
            other(from).context().write(message);
        }
        if (from == servlets) {
            requestBegan = 0;
            // Each part of an answer anew: a large one may take longer than a stranger may be idle
            place.isBusy(false);
        }
    }

    /** Byte after byte, a client could hold its place for ever without being idle. */
    private boolean isTooSlow() {
        long now = System.nanoTime();
        if (requestBegan == 0) {
            requestBegan = now;
            place.isBusy(true);
        }
        return now - requestBegan > target.requestTimeout.toNanos();
    }

    private void ended(Side side) {
        if (side == client && !clientHasEnded) {
            clientHasEnded = true;
            place.inputEnded();
            if (joined) {
                endServletsInput();
            }
        }
    }

    private void closed(Side side) {
        if (side == client) {
            releaseEarly();
            servlets.close();
        } else if (joined && client.isOpen()) {
            LastWords.none(client.context());
            client.leave();
        }
    }

    private void releaseEarly() {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    private Side other(Side side) {
        return side == client ? servlets : client;
    }

    /** One of the two channels. */
    private final class Side extends ChannelInboundHandlerAdapter {

        private @Nullable ChannelHandlerContext context;
        private boolean left;

        ChannelHandlerContext context() {
            if (context == null) {
                throw new IllegalStateException("not in a pipeline yet");
            }
            return context;
        }

        Channel channel() {
            return context().channel();
        }

        boolean isOpen() {
            return !left && context != null && context.channel().isActive();
        }

        /** Not a channel that was left: the handler behind this one reads it to its end. */
        void readAsFastAs(Side writable) {
            if (!left) {
                context().channel().config().setAutoRead(writable.channel().isWritable());
            }
        }

        /** Leaves the channel to the handler behind this one. */
        void leave() {
            left = true;
            context().pipeline().remove(this);
        }

        void close() {
            if (context != null) {
                context.close();
            }
        }

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext own, Object message) {
            read(this, message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext own) {
            if (joined) {
                other(this).context().flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext own) {
            if (joined) {
                other(this).readAsFastAs(this);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext own, Object event) {
            if (event instanceof IdleStateEvent) {
                own.close();
            } else if (LastWords.endsInput(event)) {
                ended(this);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext own) {
            closed(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
            own.close();
        }
    }
}
