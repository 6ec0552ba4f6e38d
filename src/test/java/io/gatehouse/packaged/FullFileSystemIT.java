package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.testing.GatehouseProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a small file system that really is full, or read-only. Only root may mount one; {@link FileSizeLimitIT} needs nobody. */
@Tag("operator")
class FullFileSystemIT extends FullDiskContract {

    @BeforeEach
    void mount() throws Exception {
        Files.createDirectory(directory());
        int exitCode = run(
                "mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory().toString());
        assumeTrue(exitCode == 0, "only root may mount a file system, and not in every container");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", directory().toString());
    }

    @Test
    void startWhenTheFileSystemIsReadOnlyThenStops() throws Exception {
        assertThat(run("mount", "-o", "remount,ro", directory().toString())).isZero();

        try (var refused = GatehouseProcess.launch(at(directory()))) {
            assertRefused(refused, "the data directory " + directory() + " cannot be written: Read-only file system.");
        }
        assertThat(directory()).isEmptyDirectory();
    }

    @Override
    Path directory() {
        return folder.resolve("mounted");
    }

    @Override
    GatehouseProcess launchWhenFull(Map<String, String> database) throws IOException {
        fill();
        return GatehouseProcess.launch(database);
    }

    @Override
    String reason() {
        return "No space left on device";
    }

    @Override
    void fill(GatehouseProcess server) throws IOException {
        fill();
    }

    @Override
    void makeRoom(GatehouseProcess server) throws IOException {
        Files.delete(filler());
    }

    private void fill() throws IOException {
        try (var file = Files.newOutputStream(filler())) {
            byte[] block = new byte[4096];
            while (true) {
                file.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessage(reason());
        }
    }

    private Path filler() {
        return directory().resolve("filler");
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(List.of(command)).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
