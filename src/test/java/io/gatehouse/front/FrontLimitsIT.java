package io.gatehouse.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.RawHttp2;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How many connections the port takes, and how slow or silent one may be. */
@ExtendWith(OutputCaptureExtension.class)
class FrontLimitsIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String WHO = "GET /port/who HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String WHO_ENDS = "certificate=none";

    private static final String TOO_MANY_GRPC =
            "RESOURCE_EXHAUSTED: Connection closed after GOAWAY. HTTP/2 error code: ENHANCE_YOUR_CALM (Bandwidth exhausted),"
                    + " debug data: too many connections";

    @Test
    void connectWhenThereAreTooManyOfHttpThenIsToldSoAndGrpcDoesNotNotice(CapturedOutput output) {
        try (GatehouseServer server = start("gatehouse.front.http-connections=2");
                var grpc = new GrpcClient(server)) {
            RawConnection first = http(server);
            try (var second = http(server);
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
                        .contains("gatehouse_connections_refused_total 1.0");
                first.close();
                Await.until(SOON, "a place is free", () -> count(server, Connections.Use.HTTP) < 2);
                http(server).close();
            }
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("connections are refused")))
                .singleElement()
                .asString()
                .endsWith("connections are refused, there are more than gatehouse.front.http-connections allows");
    }

    @Test
    void connectWhenThereAreTooManyOfGrpcThenIsToldSoAndHttpDoesNotNotice() {
        try (GatehouseServer server = start("gatehouse.front.grpc-connections=1");
                var second = new GrpcClient(server)) {
            try (var first = new GrpcClient(server)) {
                PortEndpoints.call(first.channel(), PortEndpoints.ECHO, "");

                assertThatThrownBy(() -> PortEndpoints.call(second.channel(), PortEndpoints.ECHO, ""))
                        .hasMessage(TOO_MANY_GRPC);
                http(server).close();
                PortEndpoints.call(first.channel(), PortEndpoints.ECHO, "");
            }
            Await.until(SOON, "the place is free", () -> count(server, Connections.Use.GRPC) == 0);

            second.connection().resetConnectBackoff();
            assertThat(PortEndpoints.callForText(second.channel(), PortEndpoints.ECHO, "second"))
                    .isEqualTo("second");
        }
    }

    @Test
    void connectWhenTooManyAreSilentThenIsClosedAndWhoIsThereDoesNotNotice() {
        try (GatehouseServer server = start("gatehouse.front.undecided-connections=3");
                var there = http(server);
                var grpc = new GrpcClient(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            List<RawConnection> silent = List.of(
                    new RawConnection(server),
                    new RawConnection(server).send("G"),
                    new RawConnection(server).send("P"));
            // G is HTTP already; the third place is free
            Await.until(SOON, "they are counted", () -> count(server, Connections.Use.UNDECIDED) == 2);
            var last = new RawConnection(server);

            try (var tooMany = new RawConnection(server)) {
                assertThat(tooMany.readToEnd()).isEmpty();
            }
            assertThat(there.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            last.close();
            silent.forEach(RawConnection::close);
            Await.until(SOON, "the places are free", () -> count(server, Connections.Use.UNDECIDED) == 0);
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
            Await.until(SOON, "they are counted", () -> count(server, Connections.Use.UNDECIDED) == 3);

            try (var tooMany = new RawConnection(server, "127.0.0.1");
                    var other = new RawConnection(server, "::1")) {
                assertThat(tooMany.readToEnd()).isEmpty();
                assertThat(other.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            }
            greedy.forEach(RawConnection::close);
            Await.until(SOON, "the places are free", () -> count(server, Connections.Use.UNDECIDED) == 0);
            http(server).close();
        }
    }

    @Test
    void connectionsWhenTheirClientsHaveEndedThemThenTheirPlacesAreFreeAtOnce() {
        try (GatehouseServer server = start("gatehouse.front.http-connections=2")) {
            for (int i = 0; i < 20; i++) {
                http(server).close();
                Await.until(SOON, "its place is free", () -> count(server, Connections.Use.HTTP) == 0);
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
            Await.until(SOON, "its place is free", () -> count(server, Connections.Use.HTTP) == 0);
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

    private static int count(GatehouseServer server, Connections.Use use) {
        return server.bean(Connections.class).count(use);
    }
}
