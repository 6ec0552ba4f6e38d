package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RawConnection;
import io.gatehouse.testing.RawHttp2;
import io.gatehouse.testing.TestDatabase;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One port for gRPC and HTTP, without TLS, over real connections. */
class FrontIT {

    private static final String WHO = "GET /port/who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static final Duration SOON = Duration.ofSeconds(90);

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2, PortEndpoints.SETTING);

    /** Waits until a server that sends as fast as it can has stopped, and asserts that it is not at its end. */
    static void assertStopsEarly(AtomicLong sent, int mib) throws InterruptedException {
        Await.until("something is sent", () -> sent.get() > 0);
        long before = -1;
        while (before != sent.get()) {
            before = sent.get();
            TimeUnit.MILLISECONDS.sleep(700);
        }
        assertThat(before).isLessThan((long) mib * PortEndpoints.MIB / 2);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,0:0:0:0:0:0:0:1"})
    void callWhenMadeOverEitherProtocolThenIsAnsweredAndTheClientsAddressIsKnown(String host, String address)
            throws Exception {
        try (var grpc = new GrpcClient(server, host, null);
                var http = new RawConnection(server, host)) {
            String overGrpc = PortEndpoints.callForText(grpc.channel(), PortEndpoints.WHO, "");
            String overHttp = http.send(WHO).readToEnd();

            assertThat(overGrpc).isEqualTo("address=%s security=NONE certificate=none", address);
            assertThat(overHttp)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\naddress=%s scheme=http secure=false cipher=null certificate=none"
                            .formatted(host.equals("::1") ? "[0:0:0:0:0:0:0:1]" : address));
        }
    }

    @Test
    void callWhenTheClientAsksForAnUpgradeThenStaysHttp1() throws Exception {
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .build()
                .send(HttpRequest.newBuilder(server.uri("/port/who")).build(), BodyHandlers.ofString());

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void callWhenGrpcWebThenHasAClearAnswerInEitherVersion() throws Exception {
        String path = "/milvus.proto.milvus.MilvusService/Connect";
        try (var http2 = new RawHttp2(server);
                var http = new RawConnection(server)) {
            String overHttp2 = http2.exchange(Map.of(
                    ":method", "POST",
                    ":scheme", "http",
                    ":authority", "localhost",
                    ":path", path,
                    "content-type", "application/grpc-web"));
            String overHttp = http.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Authorization: root:Milvus\r\nContent-Type: application/grpc-web\r\n"
                            + "Content-Length: 5\r\n\r\n\0\0\0\0\0")
                    .readToEnd();

            assertThat(overHttp2).isEqualTo("415 Content-Type 'application/grpc-web' is not supported");
            assertThat(overHttp).startsWith("HTTP/1.1 404 Not Found\r\n").contains("\"detail\":\"no such path\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "\0\1\2\3\r\n\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + WHO,
                "\r\n\r\n\0\r\nQUIT\n!\u0011\0\f\1\1\1\1\2\2\2\2\0\1\0\2" + WHO
            })
    void connectWhenWhatComesIsNeitherThenIsRefusedAsMalformed(String garbage) {
        try (var connection = new RawConnection(server)) {
            assertThat(connection.send(garbage).readToEnd())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .doesNotContain("192.0.2.1", "1.1.1.1", "scheme=");
        }
    }

    @Test
    void connectWhenThePrefaceOfHttp2IsWrongThenIsRefused() {
        try (var connection = new RawConnection(server)) {
            assertThat(connection.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n").readToEnd())
                    .startsWith("HTTP/1.1 426 Upgrade Required\r\n");
        }
    }

    @Test
    void connectWhenTlsIsSpokenThenTheHandshakeFailsAtOnce() throws Exception {
        try (var plain = new RawConnection(server);
                var socket = (SSLSocket) SSLContext.getDefault()
                        .getSocketFactory()
                        .createSocket(
                                plain.socket(), "localhost", server.uri("/").getPort(), false)) {
            Assertions.assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connectWhenNothingIsSentThenDoesNoHarm() {
        for (int probe = 0; probe < 50; probe++) {
            new RawConnection(server).close();
            new RawConnection(server).reset();
        }

        assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/me", null).status())
                .isEqualTo(200);
    }

    @Test
    void callWhenItsFirstBytesComeOneByOneThenIsAnswered() throws Exception {
        try (var http = new RawConnection(server)) {
            for (char c : ("P" + "UT /port/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n").toCharArray()) {
                http.send(String.valueOf(c));
                TimeUnit.MILLISECONDS.sleep(2);
            }

            assertThat(http.send("Content-Length: 4\r\n\r\nbody").readToEnd()).endsWith("\r\n\r\nbody");
        }
    }

    @Test
    void callWhenTheClientEndsItsDirectionFirstThenTheAnswerStillComes() {
        try (var http = new RawConnection(server)) {
            String answer = http.send("GET /port/slow?millis=300 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .endOutput()
                    .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("slow");
        }
    }

    /** Many times, as two threads decide: without {@link UnparsedRequests} one answer in three is lost. */
    @Test
    void callWhenItCannotBeParsedAndTheClientEndsItsDirectionThenTheAnswerStillComes() {
        for (int call = 0; call < 50; call++) {
            try (var http = new RawConnection(server)) {
                String answer = http.send("PUT /port/%00 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody")
                        .endOutput()
                        .readToEnd();

                assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("/problems/malformed-request");
            }
        }
    }

    @Test
    void callWhenTheClientEndsItsDirectionAtOnceThenTheConnectionEnds() {
        try (var connection = new RawConnection(server)) {
            assertThat(connection.endOutput().readToEnd()).isEmpty();
        }
    }

    @Test
    void callWhenRefusedBeforeItsBodyIsReadThenTheAnswerStillComes() {
        try (var http = new RawConnection(server)) {
            http.send("POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: root:Milvus\r\n")
                    .send("Content-Type: application/json\r\nContent-Length: 4000000\r\n\r\n")
                    .send(new byte[4_000_000]);

            assertThat(http.readToEnd()).startsWith("HTTP/1.1 413 ").contains("/problems/request-too-large");
        }
    }

    @Test
    void callWhenTheClientReadsNothingThenTheServerStopsSending() throws Exception {
        try (var http = new RawConnection(server)) {
            http.send("GET /port/flood?mib=300 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertStopsEarly(PortEndpoints.FLOODED, 300);
            assertThat(http.readBytesToEnd()).hasSizeGreaterThan(300 * PortEndpoints.MIB);
        }
    }

    @Test
    void callWhenTheServerReadsNothingThenTheClientHasToStop() throws Exception {
        int mib = 100;
        var sent = new AtomicLong();
        try (var http = new RawConnection(server)) {
            http.send("POST /port/never-reads?millis=3000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Length: " + mib * PortEndpoints.MIB + "\r\n\r\n");
            var sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < mib; i++) {
                    http.send(new byte[PortEndpoints.MIB]);
                    sent.addAndGet(PortEndpoints.MIB);
                }
            });

            assertStopsEarly(sent, mib);
            sending.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(http.readToEnd()).endsWith("\r\n\r\n" + mib * PortEndpoints.MIB);
        }
    }

    @Test
    void grpcStreamWhenTheClientTakesNothingThenTheServerStopsSending() throws Exception {
        int mib = 64;
        try (var grpc = new GrpcClient(server)) {
            ClientCall<byte[], byte[]> call = grpc.channel().newCall(PortEndpoints.FLOOD, CallOptions.DEFAULT);
            var received = new AtomicLong();
            var ended = new CompletableFuture<Status>();
            call.start(
                    new ClientCall.Listener<>() {

                        @Override
                        public void onMessage(byte[] message) {
                            received.addAndGet(message.length);
                            call.request(1);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            ended.complete(status);
                        }
                    },
                    new Metadata());
            call.sendMessage(PortEndpoints.bytes(String.valueOf(mib)));
            call.halfClose();

            assertStopsEarly(PortEndpoints.FLOODED, mib);
            call.request(1);

            assertThat(ended.get(SOON.toSeconds(), TimeUnit.SECONDS).isOk()).isTrue();
            assertThat(received).hasValue((long) mib * PortEndpoints.MIB);
        }
    }

    @Test
    void connectionsWhenSomeAreBrokenOffThenTheOthersDoNotNotice() throws IOException {
        try (var grpc = new GrpcClient(server);
                var http = new RawConnection(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "before");
            http.send("GET /port/who HTTP/1.1\r\nHost: localhost\r\n\r\n").readUntil("certificate=none");
            for (String begin : new String[] {
                "",
                "P",
                RawHttp2.PREFACE,
                RawHttp2.PREFACE + "nonsense that is no frame of HTTP/2",
                "GET /port/slow?millis=50 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /port/flood?mib=10 HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /port/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345"
            }) {
                for (int i = 0; i < 5; i++) {
                    new RawConnection(server).send(begin).reset();
                }
            }

            assertThat(PortEndpoints.callForText(grpc.channel(), PortEndpoints.ECHO, "after"))
                    .isEqualTo("after");
            assertThat(http.send(WHO).readToEnd()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }
}
