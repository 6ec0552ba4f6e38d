package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory that cannot be used is refused in one sentence that names it. */
class DataDirectoryIT {

    private static final String STACK_TRACE = "\tat ";
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void startWhenTheDirectoryIsInUseThenStopsSoonAndLeavesTheFirstAlone() {
        Path directory = folder.resolve("data");
        try (var first = GatehouseProcess.launch(at(directory))) {
            Duration wholeStart = first.awaitReady();

            try (var second = GatehouseProcess.launch(at(directory))) {
                int exitCode = second.awaitExit();
                Duration age = second.age();

                assertThat(exitCode).isEqualTo(1);
                // On a machine that is busy with something else too, as soon as a start that is not refused
                assertThat(age).isLessThan(Collections.max(List.of(SOON, wholeStart)));
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
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertRefused(refused, "the data directory " + file + " cannot be made: a file has this name.");
        }
    }

    /** Root, who often runs tests, may write everywhere; but nobody makes a folder inside a file. */
    @Test
    void startWhenTheDirectoryCannotBeMadeThenStops() throws IOException {
        Path directory = Files.createFile(folder.resolve("file")).resolve("data");

        try (var refused = GatehouseProcess.launch(at(directory))) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertRefused(refused, "the data directory " + directory + " cannot be made: Not a directory.");
        }
    }

    private static void assertRefused(GatehouseProcess refused, String sentence) {
        assertThat(refused.output())
                .contains("\nDescription:\n\n" + sentence + "\n\nAction:\n")
                .doesNotContain(STACK_TRACE);
    }

    private static Map<String, String> at(Path directory) {
        return Map.of("gatehouse.data-directory", directory.toString());
    }
}
