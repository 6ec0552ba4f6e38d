package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RawConnection;
import io.gatehouse.testing.RawHttp2;
import io.gatehouse.testing.TestDatabase;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How many connections the port takes, and how slow or silent one may be. */
@ExtendWith(OutputCaptureExtension.class)
class FrontLimitsIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String WHO = "GET /port/who HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final int ENHANCE_YOUR_CALM = 0xb;
    private static final String WHO_ENDS = "certificate=none";

    private static final String WITH_TOKEN =
            "GET /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer root:Milvus\r\n\r\n";

    /** Envoy asks about somebody's valid token. */
    private static final CheckRequest CHECK = CheckRequest.newBuilder()
            .setAttributes(AttributeContext.newBuilder()
                    .setRequest(AttributeContext.Request.newBuilder()
                            .setHttp(AttributeContext.HttpRequest.newBuilder()
                                    .putHeaders("authorization", Http.base64("root:Milvus")))))
            .build();

    private static final String TOO_MANY_GRPC =
            "RESOURCE_EXHAUSTED: Connection closed after GOAWAY. HTTP/2 error code: ENHANCE_YOUR_CALM (Bandwidth exhausted),"
                    + " debug data: too many connections";

    @Test
    void connectWhenThereAreTooManyOfHttpWithATokenThenIsToldSoAndGrpcDoesNotNotice(CapturedOutput output) {
        try (GatehouseServer server = start("gatehouse.front.http-connections=2");
                var grpc = new GrpcClient(server)) {
            RawConnection first = known(server);
            try (var second = known(server);
                    var third = new RawConnection(server)) {
                String refused = third.send(WHO).readToEnd();

                assertThat(refused)
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                        .contains("\r\nConnection: close\r\n")
                        .endsWith("\r\n\r\ntoo many connections\n");
                assertThat(PortEndpoints.callForText(grpc.channel(), PortEndpoints.ECHO, "grpc"))
                        .isEqualTo("grpc");
                assertThat(second.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(new Metrics(server).text())
                        .contains("gatehouse_connections{use=\"http\"} 2.0", "gatehouse_connections{use=\"grpc\"} 1.0")
                        .contains("gatehouse_connections_refused_total{reason=\"total\"} 1.0");
                first.close();
                Await.until("a place is free", () -> count(server, Connections.Use.HTTP) < 2);
                http(server).close();
            }
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("connections are refused")))
                .singleElement()
                .asString()
                .endsWith("connections are refused, there are more than gatehouse.front.http-connections allows");
    }

    @Test
    void connectWhenThereAreTooManyOfGrpcWithATokenThenIsToldSoAndHttpDoesNotNotice() {
        try (GatehouseServer server = start("gatehouse.front.grpc-connections=1");
                var second = new GrpcClient(server)) {
            try (var first = new GrpcClient(server)) {
                PortEndpoints.call(first.channel(), PortEndpoints.ECHO, "");

                assertThatThrownBy(() -> PortEndpoints.call(second.channel(), PortEndpoints.ECHO, ""))
                        .hasMessage(TOO_MANY_GRPC);
                http(server).close();
                PortEndpoints.call(first.channel(), PortEndpoints.ECHO, "");
            }
            Await.until("the place is free", () -> count(server, Connections.Use.GRPC) == 0);

            second.connection().resetConnectBackoff();
            assertThat(PortEndpoints.callForText(second.channel(), PortEndpoints.ECHO, "second"))
                    .isEqualTo("second");
        }
    }

    @Test
    void connectWhenTooManyAreSilentThenTheOldestOfThemIsClosedAndWhoIsThereDoesNotNotice() {
        try (GatehouseServer server = start("gatehouse.front.undecided-connections=3");
                var there = http(server);
                var grpc = new GrpcClient(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            List<RawConnection> silent = List.of(
                    stranger(server),
                    stranger(server).send("G"),
                    stranger(server).send("P"));
            // G is HTTP already; the third place is free
            Await.until(
                    "they are counted",
                    () -> count(server, Connections.Use.UNDECIDED) == 2 && count(server, Connections.Use.HTTP) == 2);
            var last = stranger(server);
            Await.until("all are counted", () -> count(server, Connections.Use.UNDECIDED) == 3);

            try (var newcomer = new RawConnection(server)) {
                assertThat(newcomer.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            }
            assertThat(silent.get(0).readToEnd()).isEmpty();
            assertThat(there.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            last.close();
            silent.forEach(RawConnection::close);
            Await.until("the places are free", () -> count(server, Connections.Use.UNDECIDED) == 0);
            http(server).close();
        }
    }

    @Test
    void connectWhenThereAreTooManyFromOneAddressThenOthersDoNotNotice() throws Exception {
        try (GatehouseServer server = start("gatehouse.front.connections-per-address=3")) {
            List<RawConnection> greedy = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                greedy.add(new RawConnection(server, "127.0.0.1"));
            }
            Await.until("they are counted", () -> count(server, Connections.Use.UNDECIDED) == 3);

            try (var tooMany = new RawConnection(server, "127.0.0.1");
                    var other = new RawConnection(server, "::1")) {
                assertThat(tooMany.readToEnd()).isEmpty();
                assertThat(other.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            }
            greedy.forEach(RawConnection::close);
            Await.until("the places are free", () -> count(server, Connections.Use.UNDECIDED) == 0);
            http(server).close();
        }
    }

    @Test
    void connectWhenStrangersHaveTakenAllOfHttpThenTheOldestGoesAndWhoShowedATokenStays() {
        try (GatehouseServer server = start("gatehouse.front.http-connections=3");
                var known = known(server);
                var first = stranger(server);
                var second = stranger(server)) {
            assertThat(first.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(second.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");

            RawConnection newcomer = http(server);

            assertThat(first.readToEnd()).isEmpty();
            assertThat(known.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(second.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(newcomer.send(WITH_TOKEN).readUntil("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
            assertThat(new Metrics(server).text())
                    .contains("gatehouse_connections_closed_total{reason=\"displaced\"} 1.0");
            newcomer.close();
        }
    }

    @Test
    void connectWhenBarePrefacesHaveTakenAllOfGrpcThenTheOldestIsToldSoAndTheCallIsAnswered() {
        try (GatehouseServer server = start("gatehouse.front.grpc-connections=2");
                var first = new RawHttp2(stranger(server).socket())) {
            Await.until("it is counted", () -> count(server, Connections.Use.GRPC) == 1);
            try (var second = new RawHttp2(stranger(server).socket())) {
                Await.until("both are counted", () -> count(server, Connections.Use.GRPC) == 2);

                try (var newcomer = new GrpcClient(server);
                        var another = new GrpcClient(server)) {
                    PortEndpoints.call(newcomer.channel(), PortEndpoints.ECHO, "");
                    PortEndpoints.call(another.channel(), PortEndpoints.ECHO, "");
                    PortEndpoints.call(newcomer.channel(), PortEndpoints.ECHO, "");

                    assertThat(first.await(RawHttp2.GO_AWAY).errorCode()).isEqualTo(ENHANCE_YOUR_CALM);
                    assertThat(second.await(RawHttp2.GO_AWAY).errorCode()).isEqualTo(ENHANCE_YOUR_CALM);
                    assertThat(count(server, Connections.Use.GRPC)).isEqualTo(2);
                }
            }
        }
    }

    @Test
    void connectWhenTheAddressIsATrustedProxysThenMayTakeAllAndNobodyIsDisplaced() {
        try (GatehouseServer server = start(
                        "gatehouse.front.connections-per-address=1",
                        "gatehouse.front.http-connections=3",
                        "gatehouse.trusted-proxies=127.0.0.1");
                var first = http(server);
                var second = http(server);
                var third = http(server);
                var tooMany = new RawConnection(server)) {

            assertThat(tooMany.send(WHO).readToEnd()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
            for (RawConnection there : List.of(first, second, third)) {
                assertThat(there.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            }
        }
    }

    @Test
    void connectionsWhenNoTokenCameAndNothingIsAskedThenAreClosedAndOthersAreNot() throws Exception {
        try (GatehouseServer server = start("gatehouse.front.unverified-idle-timeout=1s");
                var knownHttp = known(server);
                var knownGrpc = new GrpcClient(server);
                var envoy = new GrpcClient(server);
                var watching = new GrpcClient(server)) {
            PortEndpoints.call(knownGrpc.channel(), PortEndpoints.ECHO, "");
            assertThat(AuthorizationGrpc.newBlockingStub(envoy.connection())
                            .check(CHECK)
                            .hasOkResponse())
                    .isTrue();
            var watched = new LinkedBlockingQueue<Object>();
            HealthGrpc.newStub(watching.connection())
                    .watch(HealthCheckRequest.getDefaultInstance(), new Observer(watched));
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isInstanceOf(HealthCheckResponse.class);
            long before = System.nanoTime();
            try (var http = http(server);
                    var grpc = new RawHttp2(server)) {

                assertThat(http.readToEnd()).isEmpty();
                assertThat(grpc.await(RawHttp2.GO_AWAY).errorCode()).isZero();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
            TimeUnit.MILLISECONDS.sleep(1200);

            assertThat(knownHttp.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(knownGrpc.connection().getState(false)).isEqualTo(io.grpc.ConnectivityState.READY);
            assertThat(envoy.connection().getState(false)).isEqualTo(io.grpc.ConnectivityState.READY);
            assertThat(watched).isEmpty();
            assertThat(new Metrics(server).text()).contains("gatehouse_connections_closed_total{reason=\"idle\"} 2.0");
        }
    }

    @Test
    void answerWhenItTakesLongerThanAStrangerMayBeIdleThenArrivesWhole() throws Exception {
        try (GatehouseServer server = start("gatehouse.front.unverified-idle-timeout=1s");
                var stranger = stranger(server)) {
            stranger.send("GET /port/flood?mib=32 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            long all = 0;
            byte[] buffer = new byte[PortEndpoints.MIB];
            for (int read = 0;
                    read >= 0;
                    read = stranger.socket().getInputStream().read(buffer)) {
                all += read;
                TimeUnit.MILLISECONDS.sleep(20);
            }

            assertThat(all).isGreaterThan(32L * PortEndpoints.MIB);
        }
    }

    static Stream<Arguments> floods() {
        return Stream.of(
                arguments("SETTINGS", 4, 0, 0, 0),
                arguments("acknowledged SETTINGS", 4, 1, 0, 0),
                arguments("PING", 6, 0, 0, 8),
                arguments("acknowledged PING", 6, 1, 0, 8),
                arguments("PRIORITY", 2, 0, 3, 5),
                arguments("WINDOW_UPDATE", 8, 0, 0, 4),
                arguments("unknown", 0x77, 0, 0, 0),
                arguments("empty DATA", 0, 0, 1, 0),
                arguments("RST_STREAM of what has ended", 3, 0, 1, 4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void framesWhenTheyBelongToNoCallAndDoNotEndThenTheConnectionIsToldSo(
            String name, int type, int flags, int stream, int length) {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2, PortEndpoints.SETTING);
        try (var http2 = new RawHttp2(server)) {
            if (stream == 1) {
                http2.request(
                        1, Map.of(":method", "POST", ":scheme", "http", ":path", "/a/b", ":authority", "localhost"));
                http2.awaitHeaders();
            }
            byte[] payload = new byte[length];
            if (length == 5 || length == 4) {
                payload[length - 1] = 1;
            }

            http2.flood(20_000, type, flags, stream, payload);

            assertThat(http2.await(RawHttp2.GO_AWAY).errorCode()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void connectionsWhenTheirClientsHaveEndedThemThenTheirPlacesAreFreeAtOnce() {
        try (GatehouseServer server = start("gatehouse.front.http-connections=2")) {
            for (int i = 0; i < 20; i++) {
                http(server).close();
                Await.until("its place is free", () -> count(server, Connections.Use.HTTP) == 0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n\r\nSM", RawHttp2.PREFACE, RawHttp2.PREFACE + "\0\0"})
    void connectWhenWhatTellsDoesNotComeThenIsClosedInTime(String begin) {
        GatehouseServer server =
                GatehouseServer.shared(TestDatabase.H2, PortEndpoints.SETTING, "gatehouse.front.handshake-timeout=1s");
        try (var connection = new RawConnection(server)) {
            long before = System.nanoTime();

            // Of HTTP/2 the server says its settings and a goodbye
            assertThat(connection.send(begin).readBytesToEnd()).hasSizeLessThan(200);

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(800), Duration.ofSeconds(5));
        }
    }

    @Test
    void connectionsWhenTheyAreKnownThenOutliveTheHandshakeTimeout() throws Exception {
        GatehouseServer server =
                GatehouseServer.shared(TestDatabase.H2, PortEndpoints.SETTING, "gatehouse.front.handshake-timeout=1s");
        try (var http = http(server);
                var grpc = new GrpcClient(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");

            TimeUnit.SECONDS.sleep(2);

            assertThat(http.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(grpc.connection().getState(false)).isEqualTo(io.grpc.ConnectivityState.READY);
        }
    }

    @Test
    void callWhenItComesByteAfterByteForTooLongThenIsToldSo() throws Exception {
        try (GatehouseServer server = start("gatehouse.front.request-timeout=1s");
                var slow = http(server);
                var steady = http(server)) {
            slow.send("GET /port/who HTTP/1.1\r\nX-Slow: ");
            for (int i = 0; i < 12; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
                slow.send("x");
                steady.send(WHO).readUntil(WHO_ENDS);
            }

            assertThat(slow.readToEnd())
                    .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                    .endsWith("\r\n\r\nthe request took too long to arrive\n");
            assertThat(steady.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void callWhenNothingMovesForTooLongThenTheConnectionIsClosed() {
        try (GatehouseServer server = start("gatehouse.front.idle-timeout=1s");
                var http = new RawConnection(server)) {
            long before = System.nanoTime();

            String answer = http.send("GET /port/slow?millis=30000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readToEnd();
            var waited = Duration.ofNanos(System.nanoTime() - before);
            PortEndpoints.release();

            assertThat(answer).isEmpty();
            assertThat(waited).isLessThan(SOON);
            Await.until("its place is free", () -> count(server, Connections.Use.HTTP) == 0);
        }
    }

    @Test
    void callWhenTheServletContainerCannotBeReachedThenIsToldSoAndGrpcGoesOn(CapturedOutput output) throws IOException {
        try (GatehouseServer server = start();
                var there = http(server);
                var grpc = new GrpcClient(server)) {
            Files.delete(server.bean(SocketDirectory.class).socket());

            for (int i = 0; i < 3; i++) {
                try (var http = new RawConnection(server)) {
                    assertThat(http.send(WHO).readToEnd())
                            .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                            .endsWith("\r\n\r\nthe server is not ready\n");
                }
            }
            assertThat(PortEndpoints.callForText(grpc.channel(), PortEndpoints.ECHO, "grpc"))
                    .isEqualTo("grpc");
            assertThat(there.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("cannot be reached")))
                .hasSize(1);
    }

    private static GatehouseServer start(String... settings) {
        String[] all = new String[settings.length + 1];
        all[0] = PortEndpoints.SETTING;
        System.arraycopy(settings, 0, all, 1, settings.length);
        return GatehouseServer.start(TestDatabase.H2, all);
    }

    /** A connection over which one request was answered. */
    private static RawConnection http(GatehouseServer server) {
        var connection = new RawConnection(server);
        assertThat(connection.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
        return connection;
    }

    /** A connection from another network than all others, over which nothing was said. */
    private static RawConnection stranger(GatehouseServer server) {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.uri("/").getPort()));
            return new RawConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection over which a valid token was shown. */
    private static RawConnection known(GatehouseServer server) {
        var connection = new RawConnection(server);
        assertThat(connection.send(WITH_TOKEN).readUntil("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        return connection;
    }

    /** Keeps what comes. */
    private record Observer(Queue<Object> kept) implements StreamObserver<HealthCheckResponse> {

        @Override
        public void onNext(HealthCheckResponse answer) {
            kept.add(answer);
        }

        @Override
        public void onError(Throwable e) {
            kept.add(e);
        }

        @Override
        public void onCompleted() {
            kept.add("completed");
        }
    }

    private static int count(GatehouseServer server, Connections.Use use) {
        return server.bean(Connections.class).count(use);
    }
}
