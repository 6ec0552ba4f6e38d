package io.gatehouse.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged jar taken apart as the image has it, with a class archive of this Java: a process of it starts in less than half
 * the processor time, and the tests start dozens. Made once, from the jar that is there.
 */
final class ExtractedJar {

    private static final Path JAR = Path.of("target", "gatehouse.jar").toAbsolutePath();
    private static final Path DIRECTORY =
            Path.of("target", "extracted-" + Runtime.version()).toAbsolutePath();
    private static final Path LOCK = Path.of("target", "extracted.lock").toAbsolutePath();
    private static final Path EXTRACTED = DIRECTORY.resolve("gatehouse.jar");
    private static final Path ARCHIVE = DIRECTORY.resolve("gatehouse.jsa");

    private static final boolean READY = prepare();

    private ExtractedJar() {}

    /** What runs it, behind {@code java} and the options of the JVM. */
    static List<String> arguments() {
        if (!READY) {
            throw new IllegalStateException("there is no jar to test, run mvn package first: " + JAR);
        }
        return List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-jar", EXTRACTED.toString());
    }

    private static boolean prepare() {
        if (!Files.isRegularFile(JAR)) {
            return false;
        }
        // Tests run in two processes, and the second to come takes what the first made
        try (FileChannel channel = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !isFresh()) {
                FileSystemUtils.deleteRecursively(DIRECTORY);
                extract();
                train();
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The archive is made last, so one that is younger than the jar was made from it. */
    private static boolean isFresh() throws IOException {
        return Files.exists(ARCHIVE)
                && Files.getLastModifiedTime(ARCHIVE).compareTo(Files.getLastModifiedTime(JAR)) > 0;
    }

    private static void extract() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        GatehouseProcess.JAVA.toString(),
                        "-Djarmode=tools",
                        "-jar",
                        JAR.toString(),
                        "extract",
                        "--destination",
                        DIRECTORY.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the jar cannot be extracted");
        }
    }

    /** One life from start to stop; the JVM writes the archive at its end. */
    private static void train() {
        try (GatehouseProcess gatehouse = GatehouseProcess.launch(
                List.of(),
                Map.of(),
                List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-jar", EXTRACTED.toString()),
                Map.of())) {
            gatehouse.awaitReady();
            gatehouse.letsIn("root", "Milvus");
            gatehouse.stop();
        }
        if (!Files.exists(ARCHIVE)) {
            throw new IllegalStateException("the JVM wrote no class archive");
        }
    }
}
