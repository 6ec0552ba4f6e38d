package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A real port before a gRPC server and before a container that sends back what it gets. */
class FirstBytesFuzz {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PROXY_HEADER_BEFORE_LENGTH = 14;
    private static final int HTTP2_FRAME_HEADER = 9;
    private static final int HTTP2_SETTINGS = 4;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

    @TempDir
    private static Path directory;

    private static EventLoops loops;
    private static Server server;
    private static ServerSocketChannel container;

    @BeforeAll
    static void open() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("echo"));
        container = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        container.bind(address);
        var echo = new Thread(FirstBytesFuzz::echo, "echo");
        echo.setDaemon(true);
        echo.start();

        var settings = new PortSettings(
                10_000,
                10_000,
                10_000,
                10_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                null);
        var connections = new Connections(settings, any -> false);
        var target = new Relay.Target(address.getPath(), settings);
        loops = new EventLoops();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                GrpcNegotiation.credentials(
                        false,
                        Set.of(),
                        handover -> new Newcomer(
                                connections,
                                (context, place) -> context.pipeline()
                                        .replace(
                                                context.name(),
                                                null,
                                                new FirstBytes(handover, place, target, Duration.ofSeconds(30))))));
        loops.use(builder);
        server = builder.build().start();
    }

    @AfterAll
    static void close() throws IOException {
        server.shutdownNow();
        loops.close();
        container.close();
    }

    /** The first byte says where the others are cut in two; however that is, each protocol gets all of its bytes. */
    @FuzzTest
    @DictionaryEntries({
        "PRI * HTTP/2.0\\x0D\\x0A\\x0D\\x0ASM\\x0D\\x0A\\x0D\\x0A",
        "PRI * HTTP/2.0\\x0D\\x0A\\x0D\\x0A",
        "PRI ",
        "GET / HTTP/1.1\\x0D\\x0A"
    })
    void sendAnyBytes(byte[] input) throws IOException {
        // To anywhere else would be a finding
        BugDetectors.allowNetworkConnections((host, port) -> LOOPBACK.contains(host));
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        int cut = bytes.length == 0 ? 0 : (input[0] & 0xff) % bytes.length;

        byte[] answer = exchange(bytes, cut);

        int differs = Arrays.mismatch(PREFACE, bytes);
        if (differs < 0 || differs == PREFACE.length) {
            assertThat(answer).hasSizeGreaterThanOrEqualTo(HTTP2_FRAME_HEADER);
            assertThat(answer[3]).isEqualTo((byte) HTTP2_SETTINGS);
        } else if (differs == bytes.length) {
            assertThat(answer).isEmpty();
        } else {
            assertThat(answer).isEqualTo(bytes);
        }
    }

    private static byte[] exchange(byte[] bytes, int cut) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(bytes, 0, cut);
            out.write(bytes, cut, bytes.length - cut);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    private static void echo() {
        while (container.isOpen()) {
            try (SocketChannel connection = container.accept()) {
                var in = new DataInputStream(Channels.newInputStream(connection));
                in.readFully(new byte[PROXY_HEADER_BEFORE_LENGTH]);
                in.readFully(new byte[in.readUnsignedShort()]);
                in.transferTo(Channels.newOutputStream(connection));
            } catch (IOException e) {
                if (container.isOpen()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
