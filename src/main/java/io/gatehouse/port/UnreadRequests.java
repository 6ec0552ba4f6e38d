package io.gatehouse.port;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Ends a stream whose answer is complete while its request still comes, as RFC 9113, 8.1 says. grpc-java does not
 * (https://github.com/grpc/grpc-java/issues/2162): a client whose large message was refused unread waits for room to send the rest, and
 * such streams would pile up until the connection has no room for another call.
 */
final class UnreadRequests extends Http2ConnectionAdapter {

    private final Http2ConnectionHandler connection;
    private final ChannelHandlerContext anyContext;

    /**
     * Watches the streams of a connection.
     *
     * @param anyContext of any handler in the connection's pipeline
     */
    UnreadRequests(Http2ConnectionHandler connection, ChannelHandlerContext anyContext) {
        this.connection = connection;
        this.anyContext = anyContext;
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
        if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            ChannelHandlerContext context = anyContext.pipeline().context(connection);
            // Fails only with the connection, and then there is no stream left
            var unused = connection.resetStream(context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
        }
    }
}
