package io.gatehouse.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** HTTP/2 without an upgrade (prior knowledge), frame by frame on one connection, for what no gRPC client sends. */
public final class RawHttp2 implements AutoCloseable {

    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int GO_AWAY = 7;

    /** The flag of a stream's last frame. */
    public static final int END_STREAM = 1;

    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final int FRAME_BYTES = 16_384;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final DataInputStream input;
    private OutputStream output;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    /** Connects, and says that HTTP/2 is spoken. */
    public RawHttp2(GatehouseServer server) {
        this(connect(server));
    }

    /** Says on a new connection, such as one over TLS, that HTTP/2 is spoken. */
    public RawHttp2(Socket connected) {
        socket = connected;
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            // Else a frame waits 40 ms for the acknowledgement of the one before
            socket.setTcpNoDelay(true);
            input = new DataInputStream(socket.getInputStream());
            output = socket.getOutputStream();
            output.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket connect(GatehouseServer server) {
        try {
            return new Socket("localhost", server.uri("/").getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A frame that was received.
     *
     * @param type such as {@link #GO_AWAY}
     */
    public record Frame(int type, int stream, ByteBuf payload) {

        /** Why a stream or the connection ends, of a {@link #RST_STREAM} or a {@link #GO_AWAY}. */
        public int errorCode() {
            return payload.getInt(type == GO_AWAY ? 4 : 0);
        }
    }

    /** Sends a request as the connection's first and returns the answer's status and the beginning of its body. */
    public String exchange(Map<String, String> fields) {
        request(1, fields);
        return awaitHeaders().status() + " " + await(DATA).payload().toString(StandardCharsets.UTF_8);
    }

    /** Sends a request without a message. */
    public void request(int stream, Map<String, String> fields) {
        send(stream, fields, END_STREAM);
    }

    /** Sends the head of a request whose message is still to come. */
    public void head(int stream, Map<String, String> fields) {
        send(stream, fields, 0);
    }

    private void send(int stream, Map<String, String> fields, int endStream) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        fields.forEach(headers::add);
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, block);
        } catch (Http2Exception e) {
            throw new IllegalArgumentException(e);
        }
        int type = HEADERS;
        do {
            byte[] part = new byte[Math.min(FRAME_BYTES, block.readableBytes())];
            block.readBytes(part);
            int flags = (type == HEADERS ? endStream : 0) | (block.isReadable() ? 0 : END_HEADERS);
            frame(type, flags, stream, part);
            type = CONTINUATION;
        } while (block.isReadable());
    }

    /** Sends a frame as it is. */
    public void frame(int type, int flags, int stream, byte[] payload) {
        frame(payload.length, type, flags, stream, payload);
    }

    /** Sends a frame that says it has another length. */
    public void frame(int length, int type, int flags, int stream, byte[] payload) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeMedium(length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
        try {
            output.write(frame.array(), 0, frame.readableBytes());
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends in one piece whatever these send, so that the server reads all of it before it answers. */
    public void inOnePiece(Runnable frames) {
        OutputStream direct = output;
        var piece = new ByteArrayOutputStream();
        output = piece;
        try {
            frames.run();
            piece.writeTo(direct);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            output = direct;
        }
    }

    /** Sends a frame again and again, as far as the server takes it. */
    public void flood(int times, int type, int flags, int stream, byte[] payload) {
        try {
            for (int i = 0; i < times; i++) {
                frame(type, flags, stream, payload);
            }
        } catch (UncheckedIOException e) {
            // The server has closed the connection; what it said before is still to be read
            return;
        }
    }

    /** Waits for a frame of a type; what comes before it is passed over. */
    public Frame await(int type) {
        try {
            while (true) {
                int length = (input.readUnsignedShort() << 8) | input.readUnsignedByte();
                int received = input.readUnsignedByte();
                input.readUnsignedByte();
                int stream = input.readInt();
                byte[] payload = input.readNBytes(length);
                if (received == type) {
                    return new Frame(received, stream, Unpooled.wrappedBuffer(payload));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of a response. */
    public Http2Headers awaitHeaders() {
        Frame frame = await(HEADERS);
        try {
            return decoder.decodeHeaders(frame.stream(), frame.payload());
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
