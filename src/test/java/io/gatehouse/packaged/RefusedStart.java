package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.util.function.SingletonSupplier;

/** What every refused start has in common, whatever the operator did. */
final class RefusedStart {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final Supplier<Duration> WHOLE_START = SingletonSupplier.of(RefusedStart::wholeStart);

    private RefusedStart() {}

    /**
     * Asserts that the process ends soon and as failed, that it says this sentence, without a stack trace, and that it wrote nothing
     * where it runs.
     */
    static void assertRefused(GatehouseProcess refused, String sentence) {
        int exitCode = refused.awaitExit();
        Duration age = refused.age();

        assertThat(exitCode).isEqualTo(1);
        assertThat(refused.output())
                .contains("\nDescription:\n\n" + sentence + "\n\nAction:\n")
                .doesNotContain("\tat ");
        assertThat(refused.errors()).doesNotContain("\tat ");
        assertThat(refused.workingDirectory()).isEmptyDirectory();
        // 10 seconds on a machine to itself are two whole starts on one that is slow or busy: ever, or just now
        if (age.compareTo(SOON) >= 0 && age.compareTo(WHOLE_START.get().multipliedBy(2)) >= 0) {
            assertThat(age).isLessThan(wholeStart().multipliedBy(2));
        }
    }

    /**
     * Asserts of a start in this JVM that it fails, that it says this sentence, without a stack trace, that it wrote nothing where it
     * could, and that no thread of it goes on that would keep its process from ending.
     *
     * @param output what the test prints
     * @param database the settings that choose the database; when these name no data directory, there must be none afterwards
     */
    static void assertRefusedHere(
            CapturedOutput output, Map<String, String> database, String sentence, String... settings) {
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        int before = output.length();
        Path directory = newDirectory();
        Map<String, String> all = new LinkedHashMap<>(database);
        all.putIfAbsent("gatehouse.data-directory", directory.resolve("data").toString());

        assertThatThrownBy(() -> GatehouseServer.start(all, settings).close()).isInstanceOf(RuntimeException.class);

        assertThat(output.getAll().substring(before))
                .contains("\nDescription:\n\n" + sentence + "\n\nAction:\n")
                .doesNotContain("\tat ");
        assertThat(directory).isEmptyDirectory();
        Await.until(
                "the threads of the refused start end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .allMatch(thread -> thread.isDaemon() || others.contains(thread)));
    }

    private static Path newDirectory() {
        try {
            Path directory = Files.createTempDirectory("gatehouse-refused-");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Duration wholeStart() {
        try (var other = GatehouseProcess.launch(TestDatabase.H2.fresh())) {
            return other.awaitReady();
        }
    }
}
