package io.gatehouse.port;

import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * The threads that all connections share. They are our own and end last: gRPC would end its own while HTTP connections still have
 * something to say.
 */
@Component
final class EventLoops implements AutoCloseable {

    private static final int FEWEST = 2;

    /** They copy bytes; calls are answered by threads of their own. */
    private static final int MOST = 8;

    /** A chunk is 1 MiB: {@code PAGE << ORDER}. */
    private static final int PAGE = 8192;

    private static final int ORDER = 7;

    private final EventLoopGroup loops;
    private final PooledByteBufAllocator memory;

    EventLoops() {
        int threads = Math.min(Math.max(FEWEST, Runtime.getRuntime().availableProcessors()), MOST);
        loops = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
        // By default there are twice as many arenas as processors, each with a heap and a direct half
        memory = new PooledByteBufAllocator(
                true,
                threads,
                threads,
                PAGE,
                ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
    }

    void use(NettyServerBuilder server) {
        server.channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .withOption(ChannelOption.ALLOCATOR, memory)
                .withChildOption(ChannelOption.ALLOCATOR, memory);
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
