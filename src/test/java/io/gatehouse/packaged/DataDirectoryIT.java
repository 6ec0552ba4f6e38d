package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory that cannot be used is refused in one sentence that names it. */
@Tag("operator")
class DataDirectoryIT {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void startWhenTheDirectoryIsInUseThenStopsSoonAndLeavesTheFirstAlone() {
        Path directory = folder.resolve("data");
        try (var first = GatehouseProcess.start(at(directory))) {
            try (var second = GatehouseProcess.launch(at(directory))) {
                assertRefused(second, "the data directory is in use by another process (" + directory + ").");
            }

            assertThat(first.letsIn("root", "Milvus")).isTrue();
            String user = "{\"userName\":\"user_1\",\"password\":\"password1\"}";
            assertThat(first.send("root:Milvus", "POST", "/api/v1/users", user).status())
                    .isEqualTo(201);
        }
    }

    @Test
    void startWhenAFileIsInTheDirectorysPlaceThenStops() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        try (var refused = GatehouseProcess.launch(at(file))) {
            assertRefused(refused, "the data directory " + file + " cannot be made: a file has this name.");
        }
    }

    /** Root, who often runs tests, may write everywhere; but nobody makes a folder inside a file. */
    @Test
    void startWhenTheDirectoryCannotBeMadeThenStops() throws IOException {
        Path directory = Files.createFile(folder.resolve("file")).resolve("data");

        try (var refused = GatehouseProcess.launch(at(directory))) {
            assertRefused(refused, "the data directory " + directory + " cannot be made: Not a directory.");
        }
    }

    @Test
    void startWhenTheDirectoryMayNotBeWrittenThenStops() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));

        try (var refused = GatehouseProcess.launchUnder(FileModes.count(folder), at(directory))) {
            assertRefused(refused, "the data directory " + directory + " cannot be written: permission denied.");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void startWhenTheDatabaseFileMayNotBeWrittenThenStopsAndLeavesItAsItIs() throws IOException {
        Path directory = folder.resolve("data");
        try (var earlier = GatehouseProcess.start(at(directory))) {
            earlier.stop();
        }
        Path file = directory.resolve("gatehouse.mv.db");
        byte[] before = Files.readAllBytes(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));

        try (var refused = GatehouseProcess.launchUnder(FileModes.count(folder), at(directory))) {
            assertRefused(refused, "the database file " + file + " cannot be written: permission denied.");
        }
        assertThat(file).hasBinaryContent(before);
    }

    /** What may not be written cannot be removed either. */
    @AfterEach
    void openAgain() throws IOException {
        Path directory = folder.resolve("data");
        if (Files.isDirectory(directory)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static Map<String, String> at(Path directory) {
        return Map.of("gatehouse.data-directory", directory.toString());
    }
}
