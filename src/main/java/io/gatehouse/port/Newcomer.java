package io.gatehouse.port;

import io.gatehouse.port.Connections.Place;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The beginning of every connection: it is counted, or closed when there are too many. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed, and tells its handlers
final class Newcomer extends ChannelInboundHandlerAdapter {

    private final Connections connections;
    private final BiConsumer<ChannelHandlerContext, Place> next;

    /**
     * One new connection.
     *
     * @param next goes on with a connection that was taken in, by putting another handler in this one's place
     */
    Newcomer(Connections connections, BiConsumer<ChannelHandlerContext, Place> next) {
        this.connections = connections;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        // Null when the client has reset the connection already
        Optional<Place> place = context.channel().remoteAddress() instanceof InetSocketAddress client
                ? connections.admit(client.getAddress(), LastWords.closingNow(context.channel()))
                : Optional.empty();
        if (place.isEmpty()) {
            context.close();
            return;
        }
        context.channel().closeFuture().addListener(closed -> place.get().free());
        next.accept(context, place.get());
    }
}
