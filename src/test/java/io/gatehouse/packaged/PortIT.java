package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static io.gatehouse.packaged.RefusedStart.assertRefusedHere;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestAuthority;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What only shows on a process of its own: what it listens on, what it leaves behind, and why it does not start. */
@ExtendWith(OutputCaptureExtension.class)
class PortIT {

    /** State LISTEN in {@code /proc/net/tcp}. */
    private static final String LISTEN = "0A";

    @TempDir
    private Path folder = Path.of("");

    @Test
    @EnabledOnOs(OS.LINUX)
    void portsWhenStartedThenAreTheFacesAndTheManagementPortAlone() throws IOException {
        try (var gatehouse = GatehouseProcess.start(Map.of())) {
            assertThat(listening(gatehouse.pid()))
                    .containsExactlyInAnyOrder(
                            gatehouse.uri("/").getPort(),
                            gatehouse.managementUri("/").getPort());
        }
    }

    @Test
    void socketWhenTheProcessIsKilledThenIsRemovedByTheNextStart() throws IOException {
        String setting = "gatehouse.front.socket-directory=" + folder;
        try (var killed = GatehouseProcess.start(Map.of(), setting)) {
            assertThat(folders()).hasSize(1);
            killed.kill();
        }
        List<Path> left = folders();

        try (var next = GatehouseProcess.start(Map.of(), setting);
                var beside = GatehouseProcess.start(Map.of(), setting)) {
            assertThat(left).hasSize(1);
            assertThat(folders()).hasSize(2).doesNotContainAnyElementsOf(left);
            for (GatehouseProcess running : List.of(next, beside)) {
                assertThat(Http.send(HttpRequest.newBuilder(running.uri("/healthz"))
                                        .build())
                                .status())
                        .isEqualTo(200);
            }
            assertThat(next.stop()).isEqualTo(143);
            assertThat(folders()).hasSize(1);
        }
    }

    @Tag("operator")
    @Test
    void startWhenTheCertificateHasExpiredThenSaysWhyAndStopsAndWritesNothing() throws IOException {
        prepare("expired");

        try (var refused = GatehouseProcess.launch(Map.of(), tls())) {
            assertRefused(
                    refused, "the certificate in %s/server.pem expired at 2002-01-01T00:00:00Z.".formatted(folder));
        }
    }

    @Tag("operator")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "absent: %s/server.pem cannot be read: it is absent.",
                "nonsense: %s/server.pem holds no certificate in PEM form.",
                "character: a certificate in %s/server.pem is damaged.",
                "mismatch: the private key in %1$s/server.key does not belong to the certificate in %1$s/server.pem."
            })
    void startWhenACertificateIsNoGoodThenSaysWhyAndWritesNothing(String fault, CapturedOutput output)
            throws IOException {
        prepare(fault.substring(0, fault.indexOf(':')));
        String sentence = fault.substring(fault.indexOf(':') + 2).formatted(folder);

        assertRefusedHere(output, Map.of(), sentence, tls());
    }

    @Tag("operator")
    @Test
    void startWhenTheKeyMayNotBeReadThenSaysSo() throws IOException {
        prepare("closed");

        try (var refused = GatehouseProcess.launchUnder(FileModes.count(folder), Map.of(), tls())) {
            assertRefused(refused, folder + "/server.key cannot be read: permission denied.");
        }
    }

    @Tag("operator")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "common.security.tlsMode=3: common.security.tlsMode is 3, but has to be 0, 1 or 2.",
                "common.security.tlsMode=2: common.security.tlsMode is 2, but tls.serverPemPath is not set.",
                "server.ssl.bundle=any: server.ssl is set, but the port's TLS is Milvus' own.",
                "gatehouse.front.socket-directory=/dev/null: no folder for a socket can be made in /dev/null: it is no folder."
            })
    void startWhenASettingIsNoGoodThenSaysWhy(String fault, CapturedOutput output) {
        String setting = fault.substring(0, fault.indexOf(": "));

        assertRefusedHere(output, Map.of(), fault.substring(fault.indexOf(": ") + 2), setting);
    }

    private String[] tls() {
        return new String[] {
            "common.security.tlsMode=1",
            "tls.serverPemPath=" + folder.resolve("server.pem"),
            "tls.serverKeyPath=" + folder.resolve("server.key")
        };
    }

    private void prepare(String fault) throws IOException {
        var authority = new TestAuthority("authority");
        Path certificate = folder.resolve("server.pem");
        Path key = folder.resolve("server.key");
        authority.issue("localhost").write(certificate, key);
        switch (fault) {
            case "expired" -> {
                Instant end = Instant.parse("2002-01-01T00:00:00Z");
                authority.issue("localhost", "EC", end.minusSeconds(60), end).write(certificate, key);
            }
            case "closed" -> Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("-w-------"));
            case "absent" -> Files.delete(certificate);
            case "nonsense" -> Files.writeString(certificate, "nonsense");
            case "character" ->
                Files.writeString(certificate, Files.readString(certificate).replaceFirst("\n.", "\n"));
            case "mismatch" -> TestAuthority.write(key, authority.issue("other").key());
            default -> throw new IllegalArgumentException(fault);
        }
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("gatehouse-"))
                    .toList();
        }
    }

    /** The TCP ports that a process listens on. */
    private static Set<Integer> listening(long pid) throws IOException {
        Set<String> own;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            own = descriptors
                    .map(PortIT::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
        }
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                List<String> fields = List.of(line.strip().split("\\s+"));
                if (fields.get(3).equals(LISTEN) && own.contains(fields.get(9))) {
                    String address = fields.get(1);
                    ports.add(Integer.parseInt(address.substring(address.indexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    /** Empty for one that was closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
