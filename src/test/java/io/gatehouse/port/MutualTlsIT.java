package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S12 with {@code common.security.tlsMode: 2}: a client needs a certificate and a token. */
class MutualTlsIT {

    @TempDir
    private static Path folder = Path.of("");

    private static final TestAuthority AUTHORITY = new TestAuthority("authority");
    private static final TestAuthority STRANGERS = new TestAuthority("strangers");

    private static final TlsClient CLIENT = new TlsClient(AUTHORITY, AUTHORITY.issue("client"));
    private static final TlsClient WITHOUT = new TlsClient(AUTHORITY);
    private static final TlsClient STRANGER = new TlsClient(AUTHORITY, STRANGERS.issue("client"));
    private static final TlsClient EXPIRED = new TlsClient(
            AUTHORITY,
            AUTHORITY.issue(
                    "client", "EC", Instant.parse("2001-01-01T00:00:00Z"), Instant.parse("2002-01-01T00:00:00Z")));

    private static GatehouseServer server;

    @BeforeAll
    static void start() throws IOException {
        AUTHORITY.issue("localhost").write(folder.resolve("server.pem"), folder.resolve("server.key"));
        TestAuthority.write(folder.resolve("ca.pem"), AUTHORITY.certificate());
        Path file = Files.writeString(folder.resolve("milvus.yaml"), """
                tls:
                  serverPemPath: %1$s/server.pem
                  serverKeyPath: %1$s/server.key
                  caPemPath: %1$s/ca.pem
                common:
                  security:
                    tlsMode: 2
                """.formatted(folder));
        server = GatehouseServer.start(TestDatabase.H2, PortEndpoints.SETTING, "gatehouse.milvus-config=" + file);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void s12CallWhenClientHasCertificateAndTokenThenIsAnswered() {
        assertThat(CLIENT.get(server, "/api/v1/me", "root:Milvus").statusCode()).isEqualTo(200);
        try (var grpc = CLIENT.grpc(server)) {
            assertThat(PortEndpoints.callForText(grpc.channel(), PortEndpoints.WHO, ""))
                    .isEqualTo("address=127.0.0.1 security=PRIVACY_AND_INTEGRITY certificate=CN=client");
        }
    }

    @Test
    void s12CallWhenClientHasACertificateAndNoTokenThenIsRefused() {
        assertThat(CLIENT.get(server, "/api/v1/me").statusCode()).isEqualTo(401);
    }

    @Test
    void s12CallWhenClientHasNoCertificateOrAWrongOneThenTheHandshakeFails() {
        for (TlsClient client : new TlsClient[] {WITHOUT, STRANGER, EXPIRED}) {
            assertThatThrownBy(() -> client.get(server, "/api/v1/me", "root:Milvus"))
                    .isInstanceOf(UncheckedIOException.class);
            try (var grpc = client.grpc(server)) {
                assertThatThrownBy(() -> PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, ""))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                refused -> assertThat(refused.getStatus().getCode())
                                        .isEqualTo(Status.Code.UNAVAILABLE));
            }
        }
    }

    @Test
    void callWhenTlsIsOlderThanMilvusAllowsThenTheHandshakeFails() {
        assertThatThrownBy(() -> CLIENT.connect(server, "TLSv1.2")).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void callWhenClientHasACertificateThenServletsSeeIt() {
        assertThat(CLIENT.get(server, "/port/who").body())
                .matches(
                        "address=127\\.0\\.0\\.1 scheme=https secure=true cipher=TLS_[A-Z0-9_]+ certificate=CN=client");
    }

    @Test
    void callsWhenSomeFailThenTheOthersDoNotNotice() {
        try (var grpc = CLIENT.grpc(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "before");
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> STRANGER.get(server, "/")).isInstanceOf(UncheckedIOException.class);
            }

            assertThat(PortEndpoints.callForText(grpc.channel(), PortEndpoints.ECHO, "after"))
                    .isEqualTo("after");
        }
    }
}
