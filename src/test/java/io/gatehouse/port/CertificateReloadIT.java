package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Certificates that change while Gatehouse runs. */
@ExtendWith(OutputCaptureExtension.class)
class CertificateReloadIT {

    private static final String WHO = "GET /port/who HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String WHO_ENDS = "certificate=none";
    private static final String END = "gatehouse_tls_certificate_not_after_seconds";

    private final TestAuthority authority = new TestAuthority("authority");
    private final TlsClient client = new TlsClient(authority);

    @TempDir
    private Path folder = Path.of("");

    /** Of the certificate that was written last, in seconds since 1970. */
    private long end = Instant.now().plus(Duration.ofDays(1)).getEpochSecond();

    @Test
    void certificateWhenItsFilesChangeThenNewConnectionsGetItAndOldOnesStay(CapturedOutput output) throws Exception {
        write("first");
        try (GatehouseServer server = start();
                var http = client.connect(server, "TLSv1.3");
                var grpc = client.grpc(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            assertThat(http.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(subject(server)).isEqualTo("CN=first");
            assertThat(new Metrics(server).value(END)).isEqualTo((double) end);

            write("second");
            Await.until("the second certificate is used", () -> subject(server).equals("CN=second"));
            assertThat(new Metrics(server).value(END)).isEqualTo((double) end);

            assertThat(http.send(WHO).readUntil(WHO_ENDS)).startsWith("HTTP/1.1 200 OK\r\n");
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            assertThat(grpc.connection().getState(false)).isEqualTo(io.grpc.ConnectivityState.READY);
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("the certificate was replaced")))
                .hasSize(1);
    }

    @Test
    void certificateWhenItsNewFilesAreNoGoodThenTheOldOneStaysAndOneWarningSaysWhy(CapturedOutput output)
            throws Exception {
        write("first");
        Path certificate = folder.resolve("server.pem");
        try (GatehouseServer server = start()) {
            Files.writeString(certificate, "nonsense");
            Await.until("it is refused", () -> output.getOut().contains("the changed certificate is not used"));
            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(subject(server)).isEqualTo("CN=first");

            Files.delete(certificate);
            Await.until("it is refused", () -> output.getOut().contains("it is absent"));
            assertThat(subject(server)).isEqualTo("CN=first");

            write("third");
            Await.until("the third certificate is used", () -> subject(server).equals("CN=third"));
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("the changed certificate is not used")))
                .hasSize(2)
                .allMatch(line -> line.contains(" WARN "))
                .anyMatch(line -> line.endsWith("the changed certificate is not used, the old one stays: " + certificate
                        + " holds no certificate in PEM form"))
                .anyMatch(line -> line.endsWith("the changed certificate is not used, the old one stays: " + certificate
                        + " cannot be read: it is absent"));
        assertThat(output.getOut()).doesNotContain("\tat ");
    }

    private GatehouseServer start() {
        return GatehouseServer.start(
                TestDatabase.H2,
                PortEndpoints.SETTING,
                "common.security.tlsMode=1",
                "tls.serverPemPath=" + folder.resolve("server.pem"),
                "tls.serverKeyPath=" + folder.resolve("server.key"),
                "gatehouse.front.certificate-check=200ms");
    }

    /** Both files at once, as an operator's tool does: they are never half there. */
    private void write(String name) throws IOException {
        end += 60;
        authority
                .issue(name, "EC", Instant.now().minusSeconds(60), Instant.ofEpochSecond(end))
                .write(folder.resolve("new.pem"), folder.resolve("new.key"));
        for (String suffix : new String[] {"pem", "key"}) {
            Files.move(
                    folder.resolve("new." + suffix),
                    folder.resolve("server." + suffix),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private String subject(GatehouseServer server) {
        try (var connection = client.connect(server, "TLSv1.3")) {
            return ((SSLSocket) connection.socket())
                    .getSession()
                    .getPeerPrincipal()
                    .getName();
        } catch (SSLPeerUnverifiedException e) {
            throw new AssertionError(e);
        }
    }
}
