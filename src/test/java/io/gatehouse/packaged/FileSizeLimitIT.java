package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * With a limit on the size of files, which anybody may set for a process of its own, also while it runs. To H2 it is what a full
 * disk is, a file that cannot grow: the write fails, with another text ({@link FullFileSystemIT} shows the same with a full one).
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "prlimit is a command of Linux")
@Tag("operator")
class FileSizeLimitIT extends FullDiskContract {

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectory(directory());
    }

    @Override
    Path directory() {
        return folder.resolve("data");
    }

    @Override
    GatehouseProcess launchWhenFull(Map<String, String> database) {
        // Enough for what the JVM writes in /tmp, and for the output
        return GatehouseProcess.launchUnder(List.of("prlimit", "--fsize=131072"), database);
    }

    @Override
    String reason() {
        return "File too large";
    }

    @Override
    void fill(GatehouseProcess server) throws IOException {
        limit(server, Long.toString(Files.size(directory().resolve("gatehouse.mv.db"))));
    }

    @Override
    void makeRoom(GatehouseProcess server) throws IOException {
        limit(server, "unlimited");
    }

    /** The soft limit alone, which may be raised again. */
    private static void limit(GatehouseProcess server, String bytes) throws IOException {
        var prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(server.pid()), "--fsize=" + bytes + ":")
                .inheritIO()
                .start();
        assertThat(prlimit.onExit().join().exitValue()).isZero();
    }
}
