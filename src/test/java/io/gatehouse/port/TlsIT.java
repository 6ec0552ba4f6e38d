package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.RawConnection;
import io.gatehouse.testing.RawHttp2;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S12 with {@code common.security.tlsMode: 1}: TLS on the one port, for gRPC and HTTP. */
class TlsIT {

    private static final String WHO = "GET /port/who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    private static Path folder = Path.of("");

    private static final TestAuthority AUTHORITY = new TestAuthority("authority");
    private static final TlsClient CLIENT = new TlsClient(AUTHORITY);

    private static GatehouseServer server;

    @BeforeAll
    static void start() {
        AUTHORITY.issue("localhost").write(folder.resolve("server.pem"), folder.resolve("server.key"));
        server = start("gatehouse.front.handshake-timeout=2s");
    }

    private static GatehouseServer start(String... settings) {
        Stream<String> tls = Stream.of(
                PortEndpoints.SETTING,
                "common.security.tlsMode=1",
                "tls.serverPemPath=" + folder.resolve("server.pem"),
                "tls.serverKeyPath=" + folder.resolve("server.key"));
        return GatehouseServer.start(
                TestDatabase.H2, Stream.concat(tls, Stream.of(settings)).toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void callWhenMadeOverGrpcThenIsAnsweredAndKnownToBeEncrypted() {
        try (var grpc = CLIENT.grpc(server)) {
            String who = PortEndpoints.callForText(grpc.channel(), PortEndpoints.WHO, "");

            assertThat(who).isEqualTo("address=127.0.0.1 security=PRIVACY_AND_INTEGRITY certificate=none");
        }
    }

    @Test
    void callWhenMadeByABrowserThenIsHttp1AndServletsKnowOfTls() {
        HttpResponse<String> answer = CLIENT.get(server, "/port/who");

        // The client offers both, as browsers and curl do
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .matches("address=127\\.0\\.0\\.1 scheme=https secure=true cipher=TLS_[A-Z0-9_]+ certificate=none");
    }

    @Test
    void callWhenMadeToTheFacesThenTheTokenIsNeededAsWithoutTls() {
        assertThat(CLIENT.get(server, "/api/v1/me").statusCode()).isEqualTo(401);
        assertThat(CLIENT.get(server, "/api/v1/me", "root:Milvus").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void callWhenTlsIsOfAKnownVersionWithoutAlpnThenIsAnswered(String version) {
        try (var http = CLIENT.connect(server, version)) {
            assertThat(http.send(WHO).readToEnd()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void callWhenTlsIsOldThenTheHandshakeFails() {
        assertThatThrownBy(() -> CLIENT.connect(server, "TLSv1.1")).hasCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.port.UnservedRequestsIT#requests")
    void callWhenHttp2IsNoMethodOfAServiceThenIsAnsweredNothingThatIsAYes(String path) {
        try (var http2 = new RawHttp2(CLIENT.connect(server, "TLSv1.3", "h2").socket())) {
            UnservedRequestsIT.assertRefused(http2, path);
        }
    }

    @Test
    void connectWhenStrangersHaveTakenAllThenTheOldestGoesAndWhoShowedATokenStays() throws Exception {
        String token = "GET /api/v1/verify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer root:Milvus\r\n\r\n";
        try (GatehouseServer small = start("gatehouse.front.http-connections=2", "gatehouse.front.grpc-connections=1");
                var known = CLIENT.connect(small, "TLSv1.3");
                var stranger = CLIENT.connectFrom("127.0.0.2", small, "TLSv1.3");
                var newcomer = CLIENT.connect(small, "TLSv1.3");
                var http2 = new RawHttp2(
                        CLIENT.connectFrom("127.0.0.2", small, "TLSv1.3", "h2").socket());
                var grpc = CLIENT.grpc(small)) {
            assertThat(known.send(token).readUntil("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
            assertThat(stranger.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("OK\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            Await.until("it is counted", () -> small.bean(Connections.class).count(Connections.Use.GRPC) == 1);

            assertThat(newcomer.send(token).readUntil("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");

            assertThat(http2.await(RawHttp2.GO_AWAY).payload().toString(StandardCharsets.US_ASCII))
                    .endsWith("too many connections");
            assertThat(known.send(token).readUntil("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
            assertThat(small.bean(Connections.class).closed(Connections.Closing.DISPLACED))
                    .isEqualTo(2);
        }
    }

    @Test
    void callWhenTheClientEndsItsDirectionFirstThenTheAnswerStillComes() {
        try (var http = CLIENT.connect(server, "TLSv1.3")) {
            String answer = http.send("GET /port/slow?millis=300 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .endOutput()
                    .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("slow");
        }
    }

    @Test
    void callWhenTheClientReadsNothingThenTheServerStopsSending() throws Exception {
        int mib = 32;
        try (var http = CLIENT.connect(server, "TLSv1.3")) {
            http.send("GET /port/flood?mib=" + mib + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            FrontIT.assertStopsEarly(PortEndpoints.FLOODED, mib);
            assertThat(http.readBytesToEnd()).hasSizeGreaterThan(mib * PortEndpoints.MIB);
        }
    }

    @Test
    void callWhenMadeWithoutTlsThenSaysThatThePortSpeaksTls() {
        try (var http = new RawConnection(server);
                var grpc = new GrpcClient(server)) {
            String answer = http.send(WHO).readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").endsWith("\r\n\r\nthis port speaks TLS\n");
            assertThatThrownBy(() -> PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, ""))
                    .hasMessage(
                            "PERMISSION_DENIED: Connection closed after GOAWAY. HTTP/2 error code: INADEQUATE_SECURITY"
                                    + " (Permission denied as protocol is not secure enough to call), debug data: this port speaks TLS");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0001\u0002\u0003\u0004", "\u0016\u0003\u0001\u0000\u0005nonsense and more", "\r\n\r\n\r\n"})
    void connectWhenWhatComesIsNeitherThenIsClosed(String garbage) {
        try (var connection = new RawConnection(server)) {
            // A fatal alert may come first
            assertThat(connection.send(garbage).readToEnd()).hasSizeLessThan(10).doesNotContain("HTTP");
        }
        assertThat(CLIENT.get(server, "/port/who").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "\u0016", "\u0016\u0003\u0001"})
    void connectWhenTheHandshakeDoesNotEndThenIsClosed(String begin) {
        try (var connection = new RawConnection(server)) {
            long before = System.nanoTime();

            String answer = connection.send(begin).readToEnd();

            assertThat(answer).hasSizeLessThan(10);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(8));
        }
    }

    @Test
    void managementPortWhenTheFacesHaveTlsThenHasNone() throws Exception {
        HttpResponse<String> health = CLIENT.get(server.managementUri("/healthz"));

        assertThat(health.body()).isEqualTo("OK");
    }
}
