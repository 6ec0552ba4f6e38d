package io.gatehouse.testing;

import io.gatehouse.GatehouseApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A Gatehouse in a process of its own, on H2 and free ports: for what only shows from outside, its output and its end. */
public final class GatehouseProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern PORT = Pattern.compile("Gatehouse listens on port (\\d+)");
    private static final Pattern MANAGEMENT_PORT = Pattern.compile("health and metrics are on port (\\d+)");

    private final Path directory;
    private final Process process;

    private GatehouseProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * Starts a process and does not wait for it.
     *
     * @param settings as on the command line, such as {@code proxy.port=19530}
     */
    public static GatehouseProcess launch(String... settings) {
        Map<String, String> all = new LinkedHashMap<>(
                Map.of("proxy.port", "0", "management.server.port", "0", "gatehouse.hashing.memory", "64"));
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                GatehouseApplication.class.getName()));
        all.forEach((key, value) -> command.add("--" + key + "=" + value));
        try {
            Path directory = Files.createTempDirectory("gatehouse-process-");
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(directory.resolve("output").toFile())
                    .redirectError(directory.resolve("errors").toFile())
                    .start();
            return new GatehouseProcess(directory, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process and waits until both ports are open. */
    public static GatehouseProcess start(String... settings) {
        GatehouseProcess started = launch(settings);
        Await.until(PATIENCE, "Gatehouse starts", () -> started.isOpen() || !started.process.isAlive());
        if (!started.process.isAlive()) {
            throw new AssertionError("Gatehouse stopped instead of starting:\n" + started.output());
        }
        return started;
    }

    /** An address on the faces' port. */
    public URI uri(String path) {
        return URI.create("http://localhost:" + port(PORT).orElseThrow() + path);
    }

    /** An address on the management port. */
    public URI managementUri(String path) {
        return URI.create("http://localhost:" + port(MANAGEMENT_PORT).orElseThrow() + path);
    }

    /** Everything that was printed so far, but not to the standard error stream. */
    public String output() {
        try {
            return Files.readString(directory.resolve("output"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the process to stop, as {@code kill} does, and does not wait. */
    public void stop() {
        process.destroy();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end of the process and returns its exit code. */
    public int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Gatehouse does not stop:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        exitCode();
    }

    private boolean isOpen() {
        return port(PORT).isPresent() && port(MANAGEMENT_PORT).isPresent();
    }

    private Optional<String> port(Pattern line) {
        return line.matcher(output()).results().map(match -> match.group(1)).findFirst();
    }
}
