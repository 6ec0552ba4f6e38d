package io.gatehouse.packaged;

import static io.gatehouse.testing.GatehouseProcess.complaintsIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;

class RestartH2IT extends RestartContract {

    /** SIGTERM, as the operating system reports it: 128 and the number of the signal. */
    private static final int STOPPED = 143;

    @TempDir
    private Path folder = Path.of("");

    RestartH2IT() {
        super(TestDatabase.H2);
    }

    @Test
    void usersWhenTheProcessIsStoppedThenAreAsTheyWere() {
        String described;
        try (var first = GatehouseProcess.start(database())) {
            String user = "{\"userName\":\"kept\",\"password\":\"password1\"}";
            assertThat(first.send("root:Milvus", "POST", "/api/v1/users", user).status())
                    .isEqualTo(201);
            described = first.send("root:Milvus", "GET", "/api/v1/users", null).body();

            assertThat(first.stop()).isEqualTo(STOPPED);
            assertThat(first.output()).doesNotContain(" ERROR ");
        }

        try (var second = GatehouseServer.start(database())) {
            assertThat(users(second)).isEqualTo(described);
            assertThat(described).contains("kept");
            assertThat(letsIn(second, "kept:password1")).isTrue();
        }
    }

    @Test
    void startWhenThePasswordFileIsAbsentThenStops(CapturedOutput output) {
        assertRefused(output, folder.resolve("absent"), "gatehouse.root-password-file cannot be read: ");
    }

    @Test
    void startWhenThePasswordFileIsNoTextThenStops(CapturedOutput output) throws IOException {
        Path file = Files.write(folder.resolve("no-text"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertRefused(output, file, "gatehouse.root-password-file is not UTF-8: ");
    }

    @Test
    void startWhenThePasswordFileIsGoneButRootExistsThenWarnsAlone(CapturedOutput output) throws IOException {
        Path file = Files.writeString(folder.resolve("root-password"), "from the file\n");
        String setting = "gatehouse.root-password-file=" + file;
        GatehouseServer.start(database(), setting).close();
        Files.delete(file);
        int before = output.length();

        try (var later = GatehouseServer.start(database(), setting)) {
            assertThat(letsIn(later, "root:from the file")).isTrue();
            assertThat(complaintsIn(printedSince(before, output)))
                    .singleElement()
                    .asString()
                    .contains(" WARN ")
                    .endsWith(": gatehouse.root-password-file cannot be read: " + file
                            + "; root exists already and keeps its password");
        }
    }

    private void assertRefused(CapturedOutput output, Path file, String sentence) {
        RefusedStart.assertRefusedHere(
                output, database(), sentence + file + ".", "gatehouse.root-password-file=" + file);
    }
}
