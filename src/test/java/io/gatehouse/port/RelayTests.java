package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.port.Connections.Place;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.RawConnection;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to a servlet container that takes them late, or not at all. */
class RelayTests {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\nEND";
    private static final String ANSWER = "HTTP/1.1 204 No Content\r\n\r\n";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<SocketChannel> queued = new ArrayList<>();

    /** Counts down when the first connection to the container was tried. */
    private final CountDownLatch tried = new CountDownLatch(1);

    private final AtomicReference<ByteBuf> first = new AtomicReference<>();
    private final AtomicLong received = new AtomicLong();

    @TempDir
    private Path folder = Path.of("");

    private Path socket = Path.of("");
    private ServerSocketChannel container;

    RelayTests() throws IOException {
        container = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @BeforeEach
    void listen() throws IOException {
        socket = folder.resolve("http");
        container.bind(UnixDomainSocketAddress.of(socket), 1);
    }

    @AfterEach
    void end() throws IOException {
        for (SocketChannel channel : queued) {
            channel.close();
        }
        container.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void connectWhenTheQueueOfTheSocketIsFullThenWaitsForRoom() throws Exception {
        fillQueue();

        try (RawConnection client = connect(UnpooledByteBufAllocator.DEFAULT)) {
            client.send(REQUEST);
            tried.await();
            answerAll();

            assertThat(client.readToEnd()).isEqualTo(ANSWER);
        }
    }

    @Test
    void connectWhenTheQueueOfTheSocketStaysFullThenIsRefusedInTheEndAndNothingIsKept() throws Exception {
        fillQueue();

        try (RawConnection client = connect(UnpooledByteBufAllocator.DEFAULT)) {
            client.send(REQUEST);

            assertThat(client.readToEnd()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
        }
        assertNothingIsKept();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectWhenNobodyListensThenIsRefusedAtOnceAndNothingIsKept(boolean socketIsLeft) throws Exception {
        container.close();
        if (!socketIsLeft) {
            Files.delete(socket);
        }

        try (RawConnection client = connect(UnpooledByteBufAllocator.DEFAULT)) {
            client.send(REQUEST);
            tried.await();
            Files.deleteIfExists(socket);
            container = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            container.bind(UnixDomainSocketAddress.of(socket));
            answerAll();

            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .endsWith("\r\n\r\nthe server is not ready\n");
        }
        assertNothingIsKept();
    }

    @Test
    void connectWhenTheContainerGoesBeforeTheHeaderIsWrittenThenWhatTheClientSendsIsStillDrained() throws Exception {
        byte[] request = new byte[300_000];

        try (RawConnection client = connect(new ClosingAllocator())) {
            client.send(request);

            assertThat(client.readToEnd()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
            Await.until("all of it is drained", () -> received.get() == request.length);
        }
        assertNothingIsKept();
    }

    private void assertNothingIsKept() {
        Await.until("what came first is released", () -> {
            ByteBuf kept = first.get();
            return kept != null && kept.refCnt() == 0;
        });
    }

    /** As many connections as the system lets wait, which is one more than was asked for. */
    private void fillQueue() throws IOException {
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            queued.add(channel);
            channel.configureBlocking(false);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (SocketException e) {
                assertThat(e).hasMessage("Resource temporarily unavailable");
                return;
            }
        }
    }

    /** Answers whoever sends a request, one after the other. */
    private void answerAll() {
        ServerSocketChannel listening = container;
        var answering = new Thread(() -> {
            while (true) {
                try (SocketChannel accepted = listening.accept()) {
                    answer(accepted);
                } catch (AsynchronousCloseException e) {
                    return;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        answering.setDaemon(true);
        for (SocketChannel channel : queued) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        answering.start();
    }

    private static void answer(SocketChannel accepted) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(1000);
        while (accepted.read(request) >= 0) {
            if (new String(request.array(), 0, request.position(), StandardCharsets.ISO_8859_1).endsWith("END")) {
                accepted.write(ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.US_ASCII)));
                return;
            }
        }
    }

    /** A connection to a port that relays what comes. */
    private RawConnection connect(ByteBufAllocator memory) throws IOException {
        var settings = new PortSettings(
                10,
                10,
                10,
                10,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                null);
        var target = new Relay.Target(socket, settings);
        var connections = new Connections(settings, any -> false);
        Channel port = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOCATOR, memory)
                .childHandler(new ChannelInitializer<>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        Place place = connections
                                .admit(InetAddress.getLoopbackAddress(), () -> {
                                    var unused = channel.close();
                                })
                                .orElseThrow();
                        channel.pipeline().addLast(new Counting(), new Beginning(target, place));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        var client = new Socket();
        client.connect((InetSocketAddress) port.localAddress());
        return new RawConnection(client);
    }

    private final class Counting extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            received.addAndGet(((ByteBuf) message).readableBytes());
            context.fireChannelRead(message);
        }
    }

    private final class Beginning extends ChannelInboundHandlerAdapter {

        private final Relay.Target target;
        private final Place place;

        Beginning(Relay.Target target, Place place) {
            this.target = target;
            this.place = place;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            first.set((ByteBuf) message);
            target.relay(context, place);
            context.fireChannelRead(message);
            context.pipeline().remove(this);
            context.executor().execute(tried::countDown);
        }
    }

    /** Ends the container when memory is asked for that is not for reading: the header's. */
    private final class ClosingAllocator extends PooledByteBufAllocator {

        ClosingAllocator() {
            super(false);
        }

        @Override
        public ByteBuf buffer() {
            try {
                container.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return super.buffer();
        }
    }
}
