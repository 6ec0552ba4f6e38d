package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static io.gatehouse.packaged.RefusedStart.assertRefusedHere;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A data directory that cannot be used is refused in one sentence that names it. */
@Tag("operator")
@ExtendWith(OutputCaptureExtension.class)
class DataDirectoryIT {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void startWhenTheDirectoryIsInUseThenStopsSoonAndLeavesTheFirstAlone() {
        Path directory = folder.resolve("data");
        try (var first = GatehouseServer.start(at(directory))) {
            try (var second = GatehouseProcess.launch(at(directory))) {
                assertRefused(second, "the data directory is in use by another process (" + directory + ").");
            }

            var api = new AdminApi(first);
            assertThat(api.logIn("root:Milvus").refusal()).isEmpty();
            assertThat(api.create("root:Milvus", "user_1", "password1").refusal())
                    .isEmpty();
        }
    }

    @Test
    void startWhenAFileIsInTheDirectorysPlaceThenStops(CapturedOutput output) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertRefusedHere(output, at(file), "the data directory " + file + " cannot be made: a file has this name.");
        assertThat(file).isEmptyFile();
    }

    /** Root, who often runs tests, may write everywhere; but nobody makes a folder inside a file. */
    @Test
    void startWhenTheDirectoryCannotBeMadeThenStops(CapturedOutput output) throws IOException {
        Path directory = Files.createFile(folder.resolve("file")).resolve("data");

        assertRefusedHere(
                output, at(directory), "the data directory " + directory + " cannot be made: Not a directory.");
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
        Map<String, String> database = TestDatabase.H2.started();
        Path file = Path.of(Objects.requireNonNull(database.get("gatehouse.data-directory")))
                .resolve("gatehouse.mv.db");
        byte[] before = Files.readAllBytes(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));

        try (var refused = GatehouseProcess.launchUnder(FileModes.count(folder), database)) {
            assertRefused(refused, "the database file " + file + " cannot be written: permission denied.");
        }
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void serveWhenTheFolderAndTheUmaskAreOpenToAllThenEveryFileIsItsOwnersAlone() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> openToAll = List.of("sh", "-c", "umask 000; exec \"$@\"", "sh");

        try (var server = GatehouseProcess.launchUnder(
                openToAll, at(directory), "gatehouse.audit.log-file=" + directory.resolve("audit.jsonl"))) {
            server.awaitReady();
            assertThat(new AdminApi(server)
                            .create("root:Milvus", "user_1", "password1")
                            .refusal())
                    .isEmpty();
            server.stop();
        }

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------"));
        }
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
