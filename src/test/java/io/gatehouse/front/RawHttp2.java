package io.gatehouse.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** HTTP/2 without an upgrade (prior knowledge), one request on one connection. */
final class RawHttp2 implements AutoCloseable {

    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int STREAM = 1;
    private static final byte END_STREAM_AND_HEADERS = 5;

    private final RawConnection connection;

    RawHttp2(RawConnection connection) {
        this.connection = connection;
    }

    /** Sends a GET and returns the answer's status and body. */
    String get(String path) throws IOException, Http2Exception {
        return send(new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .authority("localhost")
                .path(path));
    }

    /** Sends a request without a body and returns the answer's status and body. */
    String send(Http2Headers request) throws IOException, Http2Exception {
        ByteBuf block = Unpooled.buffer();
        new DefaultHttp2HeadersEncoder().encodeHeaders(STREAM, request, block);
        byte[] encoded = new byte[block.readableBytes()];
        block.readBytes(encoded);
        ByteBuf frame = Unpooled.buffer()
                .writeMedium(encoded.length)
                .writeByte(HEADERS)
                .writeByte(END_STREAM_AND_HEADERS)
                .writeInt(STREAM)
                .writeBytes(encoded);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        connection.send(PREFACE).send(SETTINGS).send(bytes);
        return answer();
    }

    private String answer() throws IOException, Http2Exception {
        var in = new DataInputStream(connection.socket().getInputStream());
        String status = "";
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == HEADERS) {
                Http2Headers headers =
                        new DefaultHttp2HeadersDecoder().decodeHeaders(STREAM, Unpooled.wrappedBuffer(payload));
                status = String.valueOf(headers.status());
            } else if (type == DATA) {
                return status + " " + new String(payload, StandardCharsets.UTF_8);
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
