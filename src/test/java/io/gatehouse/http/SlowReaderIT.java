package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More clients than there are threads ask for much and do not read it: nobody else notices. */
class SlowReaderIT {

    private static final int MORE = 12;

    /** Of each stranger, one behind the other: the smallest answers to so many are more than what all buffers on the way hold. */
    private static final int REQUESTS = 4_000;

    /** So many requests are answered to somebody else. */
    private static final int OTHERS = 20;

    /** Nobody gives a thread back because it waited for too long. */
    private static final GatehouseServer SERVER = GatehouseServer.start(
            TestDatabase.H2,
            "server.jetty.threads.max=8",
            "server.jetty.connection-idle-timeout=1h",
            "gatehouse.front.idle-timeout=1h",
            "gatehouse.front.unverified-idle-timeout=1h");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/swagger-ui/swagger-ui-bundle.js",
                "/swagger-ui/swagger-ui.css",
                "/v3/api-docs",
                "/livez",
                "/api/v1/me",
                "/none"
            })
    void callWhenStrangersDoNotReadThenOthersAreAnswered(String path) throws IOException {
        othersAreAnswered(SERVER.uri(path), "GET", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1000000", "bytes=5-", "bytes=-1000000", "bytes=0-700000,700002-1500000"})
    void callWhenStrangersDoNotReadPartsThenOthersAreAnswered(String range) throws IOException {
        othersAreAnswered(SERVER.uri("/swagger-ui/swagger-ui-bundle.js"), "GET", "Range: " + range + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v3/api-docs"})
    void callWhenStrangersDoNotReadHeadersThenOthersAreAnswered(String path) throws IOException {
        othersAreAnswered(SERVER.uri(path), "HEAD", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/prometheus", "/healthz", "/none"})
    void callOnTheManagementPortWhenStrangersDoNotReadThenOthersAreAnswered(String path) throws IOException {
        othersAreAnswered(SERVER.managementUri(path), "GET", "");
    }

    private static void othersAreAnswered(URI uri, String method, String field) throws IOException {
        byte[] requests = "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
                .formatted(method, uri.getPath(), field)
                .repeat(REQUESTS)
                .getBytes(StandardCharsets.ISO_8859_1);
        List<SocketChannel> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < MORE; i++) {
                SocketChannel stranger = SocketChannel.open();
                strangers.add(stranger);
                stranger.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                stranger.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
                stranger.configureBlocking(false);
                stranger.write(ByteBuffer.wrap(requests));
            }
            for (SocketChannel stranger : strangers) {
                var first = ByteBuffer.allocate(1);
                Await.until("the answer begins", () -> reads(stranger, first));
            }

            for (int i = 0; i < OTHERS; i++) {
                HttpRequest other = HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(90))
                        .build();
                assertThat(Http.send(other).body()).hasSizeGreaterThan(1);
            }
        } finally {
            for (SocketChannel stranger : strangers) {
                stranger.close();
            }
        }
    }

    private static boolean reads(SocketChannel stranger, ByteBuffer target) {
        try {
            return stranger.read(target) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
