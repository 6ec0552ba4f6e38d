package io.gatehouse.port;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Set;

/**
 * Refuses each request over HTTP/2 whose path is no method of a service that is served. grpc-java answers every path with the status 200
 * and puts the refusal into trailers; a proxy that asks whether a request may pass takes 200 for a yes.
 *
 * <p>The answer is one for all, whoever asks, so that it tells nothing; no work is done for it. Clients of gRPC make UNIMPLEMENTED of it,
 * those that look at {@code grpc-status} and those that look at the status of HTTP
 * (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md).
 */
final class UnservedRequests extends Http2FrameListenerDecorator {

    private static final Http2Headers REFUSAL = ReadOnlyHttp2Headers.serverHeaders(
            false,
            AsciiString.of("404"),
            AsciiString.of("content-type"),
            AsciiString.of("application/grpc"),
            AsciiString.of("grpc-status"),
            AsciiString.of("12"),
            AsciiString.of("grpc-message"),
            AsciiString.of("not implemented: over HTTP/2 this is gRPC, and there is no such method"));

    private final Http2ConnectionHandler connection;
    private final Set<String> served;
    private final Http2Connection.PropertyKey begun;

    /**
     * Stands in front of what a connection's frames go to now.
     *
     * @param served the paths of all methods
     */
    UnservedRequests(Http2ConnectionHandler connection, Set<String> served) {
        super(connection.decoder().frameListener());
        this.connection = connection;
        this.served = served;
        begun = connection.connection().newKey();
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream)
            throws Http2Exception {
        Http2Stream stream = connection.connection().stream(streamId);
        CharSequence path = headers.path();
        if (stream.setProperty(begun, Boolean.TRUE) != null) {
            // Trailers, which grpc-java would take for a request without a path. No client of gRPC sends any
            super.onDataRead(context, streamId, Unpooled.EMPTY_BUFFER, 0, endStream);
        } else if (path != null && served.contains(path.toString())) {
            super.onHeadersRead(context, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
        } else {
            // Fails only with the connection, and then there is no stream left
            var unused = connection.encoder().writeHeaders(context, streamId, REFUSAL, 0, true, context.newPromise());
        }
    }
}
