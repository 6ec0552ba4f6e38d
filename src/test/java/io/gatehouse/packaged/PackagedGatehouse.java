package io.gatehouse.packaged;

import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged Gatehouse in a process and a working directory of its own: {@code java -jar gatehouse.jar}. Needs the jar, so
 * it is for the integration-test phase only.
 */
final class PackagedGatehouse implements AutoCloseable {

    private static final Path JAR = Path.of("target", "gatehouse.jar").toAbsolutePath();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** A short life is all start time, so nothing is optimised for a long one. */
    private static final List<String> JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

    private static final List<String> CHEAP = List.of(
            "management.server.port=0",
            "gatehouse.hashing.memory=64",
            "gatehouse.hashing.iterations=1",
            "gatehouse.throttle.failures-per-user=1000000",
            "gatehouse.throttle.failures-per-address=1000000",
            "spring.main.banner-mode=off");

    /** Below the ports that operating systems hand out by themselves: what is free now is free when Jetty binds it. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Path workingDirectory;
    private final Path log;
    private final int port;
    private final Process process;
    private final Instant launched = Instant.now();

    private PackagedGatehouse(Map<String, String> environment, List<String> settings) throws IOException {
        workingDirectory = Files.createTempDirectory("gatehouse-packaged-");
        log = workingDirectory.resolve("output.log");
        port = freePort();
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(JVM);
        command.addAll(List.of("-jar", JAR.toString()));
        if (settings.stream().noneMatch(setting -> setting.startsWith("proxy.port="))) {
            command.add("--proxy.port=" + port);
        }
        settings.forEach(setting -> command.add("--" + setting));
        var builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        // When the tests are broken off, nobody closes it
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /**
     * Starts a process and does not wait for it.
     *
     * @param database the settings that choose the database, which may hold data already
     * @param settings as on the command line, such as {@code common.security.superUsers=root, foo}
     */
    static PackagedGatehouse launch(Map<String, String> database, String... settings) {
        return launch(Map.of(), database, settings);
    }

    /**
     * Starts a process with environment variables and waits until it answers.
     *
     * @param environment added to this process' own
     */
    static PackagedGatehouse startIn(
            Map<String, String> environment, Map<String, String> database, String... settings) {
        return ready(launch(environment, database, settings));
    }

    private static PackagedGatehouse launch(
            Map<String, String> environment, Map<String, String> database, String... settings) {
        if (!Files.isRegularFile(JAR)) {
            throw new IllegalStateException("there is no jar to test, run mvn package first: " + JAR);
        }
        List<String> all = new ArrayList<>(CHEAP);
        database.forEach((key, value) -> all.add(key + "=" + value));
        all.addAll(List.of(settings));
        try {
            return new PackagedGatehouse(environment, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process and waits until it answers. */
    static PackagedGatehouse start(Map<String, String> database, String... settings) {
        return ready(launch(database, settings));
    }

    private static PackagedGatehouse ready(PackagedGatehouse gatehouse) {
        try {
            gatehouse.awaitReady();
        } catch (RuntimeException | Error e) {
            gatehouse.close();
            throw e;
        }
        return gatehouse;
    }

    /** Waits until the process answers HTTP, and returns how long that was after its launch. */
    Duration awaitReady() {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!answers()) {
            if (!process.isAlive()) {
                throw new AssertionError("Gatehouse stopped instead of starting:\n" + output());
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("Gatehouse did not start in time:\n" + output());
            }
            pause();
        }
        return Duration.between(launched, Instant.now());
    }

    /** Host and port, as a Milvus client is given them. */
    String address() {
        return "localhost:" + port;
    }

    /** Sends a request as {@code token} (none when null) with a JSON body (none when null). */
    Answer send(@Nullable String token, String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return Http.send(request.build());
    }

    /** Whether somebody with this name and password is let in. */
    boolean letsIn(String userName, String password) {
        Answer answer = send(userName + ":" + password, "GET", "/api/v1/me", null);
        return switch (answer.status()) {
            case 200 -> true;
            case 401 -> false;
            default -> throw new AssertionError("neither let in nor refused: " + answer);
        };
    }

    /** {@code kill -9}: returns the exit code when the process is gone. */
    int kill() {
        process.destroyForcibly();
        return awaitExit();
    }

    /** {@code kill}: returns the exit code when the process is gone. */
    int stop() {
        process.destroy();
        return awaitExit();
    }

    /** Waits until the process has stopped by itself. */
    int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Gatehouse did not stop in time:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How long ago the process was launched. */
    Duration age() {
        return Duration.between(launched, Instant.now());
    }

    /** Everything that the process printed so far. */
    String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of warnings and errors that the process logged so far. */
    List<String> complaints() {
        return output().lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
    }

    @Override
    public void close() {
        kill();
        try {
            FileSystemUtils.deleteRecursively(workingDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try {
            send(null, "GET", "/api/v1/me", null);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static int freePort() {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(candidate));
                return candidate;
            } catch (IOException e) {
                // Somebody has this one
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
