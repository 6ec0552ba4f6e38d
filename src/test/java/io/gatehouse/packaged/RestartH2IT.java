package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartH2IT extends RestartContract {

    @TempDir
    private Path folder = Path.of("");

    RestartH2IT() {
        super(TestDatabase.H2);
    }

    @Test
    void startWhenThePasswordFileIsAbsentThenStops() {
        assertRefused(folder.resolve("absent"), "gatehouse.root-password-file cannot be read: ");
    }

    @Test
    void startWhenThePasswordFileIsNoTextThenStops() throws IOException {
        Path file = Files.write(folder.resolve("no-text"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertRefused(file, "gatehouse.root-password-file is not UTF-8: ");
    }

    @Test
    void startWhenThePasswordFileIsGoneButRootExistsThenWarnsAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("root-password"), "from the file\n");
        String setting = "gatehouse.root-password-file=" + file;
        GatehouseProcess.start(database(), setting).close();
        Files.delete(file);

        try (var later = GatehouseProcess.start(database(), setting)) {
            assertThat(later.letsIn("root", "from the file")).isTrue();
            assertThat(later.complaints())
                    .singleElement()
                    .asString()
                    .contains(" WARN ")
                    .endsWith(": gatehouse.root-password-file cannot be read: " + file
                            + "; root exists already and keeps its password");
        }
    }

    private void assertRefused(Path file, String sentence) {
        try (var refused = GatehouseProcess.launch(database(), "gatehouse.root-password-file=" + file)) {
            RefusedStart.assertRefused(refused, sentence + file + ".");
        }
    }
}
