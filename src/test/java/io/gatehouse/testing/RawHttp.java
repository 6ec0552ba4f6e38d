package io.gatehouse.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** HTTP byte by byte on one connection, for what no client library lets through. */
public final class RawHttp implements AutoCloseable {

    private final RawConnection connection;
    private final Socket socket;

    public RawHttp(GatehouseServer server) {
        this(server.uri("/"));
    }

    /** Connects to the host and port of an address. */
    public RawHttp(URI uri) {
        connection = new RawConnection(uri.getHost(), uri.getPort());
        socket = connection.socket();
    }

    /**
     * An answer.
     *
     * @param head the status line and the header fields
     */
    public record Answer(List<String> head, String body) {

        public int status() {
            return Integer.parseInt(head.get(0).substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        }
    }

    /**
     * Sends a request and reads its answer.
     *
     * @param head the request line and the header fields, without {@code Host}
     */
    public Answer send(byte[] body, String... head) {
        return send(body, StandardCharsets.UTF_8, head);
    }

    /** Sends a request whose head is encoded in another way. */
    public Answer send(byte[] body, Charset headEncoding, String... head) {
        begin(body, headEncoding, head);
        return answer();
    }

    /** Sends a request, or the beginning of one. */
    public void begin(byte[] body, String... head) {
        begin(body, StandardCharsets.UTF_8, head);
    }

    /** Sends more of a request. */
    public void more(byte[] bytes) {
        connection.send(bytes);
    }

    /** Reads the next answer. */
    public Answer answer() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the next answer as far as its body. */
    public Answer head() {
        try {
            return new Answer(readHead(), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something has come that is not read yet. */
    public boolean hasAnswer() {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server ends the connection instead of sending anything more. */
    public boolean ends() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(byte[] body, Charset headEncoding, String... head) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes((String.join("\r\n", head) + "\r\nHost: localhost\r\n").getBytes(headEncoding));
        if (body.length > 0) {
            bytes.writeBytes(("Content-Length: " + body.length + "\r\n").getBytes(headEncoding));
        }
        bytes.writeBytes("\r\n".getBytes(headEncoding));
        bytes.writeBytes(body);
        connection.send(bytes.toByteArray());
    }

    @Override
    public void close() {
        connection.close();
    }

    private Answer read() throws IOException {
        List<String> head = readHead();
        return new Answer(head, new String(body(head), StandardCharsets.UTF_8));
    }

    private List<String> readHead() throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.add(line);
        }
        return head;
    }

    private byte[] body(List<String> head) throws IOException {
        for (String field : head) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                return socket.getInputStream()
                        .readNBytes(Integer.parseInt(
                                lower.substring(lower.indexOf(':') + 1).strip()));
            }
            if (lower.startsWith("transfer-encoding: chunked")) {
                return chunks();
            }
        }
        return new byte[0];
    }

    private byte[] chunks() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            bytes.writeBytes(socket.getInputStream().readNBytes(size));
            line();
        }
        line();
        return bytes.toByteArray();
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = socket.getInputStream().read();
                b != '\n';
                b = socket.getInputStream().read()) {
            if (b < 0) {
                throw new IOException("the connection ended inside of an answer");
            }
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
