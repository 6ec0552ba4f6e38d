package io.gatehouse.testing;

import io.gatehouse.testing.Http.Answer;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The packaged Gatehouse in a process and a working directory of its own, as the image runs it: {@link ExtractedJar}. Needs the
 * jar, so it is for the integration-test phase only.
 */
public final class GatehouseProcess implements Gatehouse, AutoCloseable {

    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** A short life is all start time, so nothing is optimised for a long one: much of it runs too seldom to be compiled. */
    private static final List<String> JVM =
            List.of("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=3", "-XX:+UseSerialGC", "-Xmx256m");

    private static final Map<String, String> CHEAP = Map.of(
            "proxy.port", "0",
            "management.server.port", "0",
            "gatehouse.hashing.memory", "64",
            "gatehouse.hashing.iterations", "1",
            "gatehouse.throttle.failures-per-user", "1000000",
            "gatehouse.throttle.failures-per-address", "1000000");

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern PORT = Pattern.compile("ready: gRPC and REST https?:[^ ]+:(\\d+)");
    private static final Pattern MANAGEMENT_PORT = Pattern.compile(", health http:[^ ]+:(\\d+)\\\\?/healthz");

    private final Path directory;
    private final Process process;
    private final Instant launched = Instant.now();
    private final Map<Pattern, String> ports = new ConcurrentHashMap<>();
    private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
    private final SingletonSupplier<ManagedChannel> channel = SingletonSupplier.of(this::newChannel);

    private GatehouseProcess(Path directory, List<String> command, Map<String, String> environment) throws IOException {
        this.directory = directory;
        Files.createDirectory(workingDirectory());
        var builder = new ProcessBuilder(command)
                .directory(workingDirectory().toFile())
                .redirectOutput(directory.resolve("output").toFile())
                .redirectError(directory.resolve("errors").toFile());
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
    public static GatehouseProcess launch(Map<String, String> database, String... settings) {
        return launch(List.of(), Map.of(), database, settings);
    }

    /**
     * Starts a process under another command and does not wait for it.
     *
     * @param command what runs Java, such as {@code prlimit --fsize=65536}
     */
    public static GatehouseProcess launchUnder(List<String> command, Map<String, String> database, String... settings) {
        return launch(command, Map.of(), database, settings);
    }

    /** Starts a process and waits until both its ports are open. */
    public static GatehouseProcess start(Map<String, String> database, String... settings) {
        return ready(launch(database, settings));
    }

    /**
     * Starts a process with environment variables and waits until both its ports are open.
     *
     * @param environment added to this process' own
     */
    public static GatehouseProcess startIn(
            Map<String, String> environment, Map<String, String> database, String... settings) {
        return ready(launch(List.of(), environment, database, settings));
    }

    /**
     * Runs a command, such as {@code reset-password root}, and waits until it has ended.
     *
     * @param input what it gets on its standard input
     */
    public static GatehouseProcess run(String input, Map<String, String> database, String... arguments) {
        List<String> program = new ArrayList<>(ExtractedJar.arguments());
        program.addAll(List.of(arguments));
        GatehouseProcess command = launch(List.of(), Map.of(), program, database);
        try (var standardInput = command.process.getOutputStream()) {
            standardInput.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.awaitExit();
        return command;
    }

    private static GatehouseProcess launch(
            List<String> prefix, Map<String, String> environment, Map<String, String> database, String... settings) {
        return launch(prefix, environment, ExtractedJar.arguments(), database, settings);
    }

    static GatehouseProcess launch(
            List<String> prefix,
            Map<String, String> environment,
            List<String> program,
            Map<String, String> database,
            String... settings) {
        Map<String, String> all = new LinkedHashMap<>(CHEAP);
        all.putAll(database);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        List<String> command = new ArrayList<>(prefix);
        command.add(JAVA.toString());
        command.addAll(JVM);
        command.addAll(program);
        all.forEach((key, value) -> command.add("--" + key + "=" + value));
        try {
            return new GatehouseProcess(Files.createTempDirectory("gatehouse-process-"), command, environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GatehouseProcess ready(GatehouseProcess gatehouse) {
        try {
            gatehouse.awaitReady();
        } catch (RuntimeException | Error e) {
            gatehouse.close();
            throw e;
        }
        return gatehouse;
    }

    /** Waits until both ports are open, and returns how long that was after the launch. */
    public Duration awaitReady() {
        Await.until("Gatehouse starts", () -> isOpen() || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("Gatehouse stopped instead of starting:\n" + output() + errors());
        }
        return age();
    }

    @Override
    public URI uri(String path) {
        return URI.create("http://localhost:" + port(PORT).orElseThrow() + path);
    }

    @Override
    public Channel channel() {
        return channel.obtain();
    }

    /** Host and port, as a Milvus client is given them. */
    public String address() {
        return uri("").getAuthority();
    }

    /** An address on the management port. */
    public URI managementUri(String path) {
        return URI.create("http://localhost:" + port(MANAGEMENT_PORT).orElseThrow() + path);
    }

    /** Sends a request as {@code token} (none when null) with a JSON body (none when null). */
    public Answer send(@Nullable String token, String method, String path, @Nullable String body) {
        return Http.send(uri(path), token, method, body);
    }

    /** Whether somebody with this name and password is let in. */
    public boolean letsIn(String userName, String password) {
        Answer answer = send(userName + ":" + password, "GET", "/api/v1/me", null);
        return switch (answer.status()) {
            case 200 -> true;
            case 401 -> false;
            default -> throw new AssertionError("neither let in nor refused: " + answer);
        };
    }

    /** {@code kill -9}: returns the exit code when the process is gone. */
    public int kill() {
        process.destroyForcibly();
        return awaitExit();
    }

    /** {@code kill}: returns the exit code when the process is gone. */
    public int stop() {
        beginStop();
        return awaitExit();
    }

    /** {@code kill}, without waiting. */
    public void beginStop() {
        process.destroy();
    }

    /** Waits until the process has stopped and returns its exit code. */
    public int awaitExit() {
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

    public boolean isRunning() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** How long ago the process was launched. */
    public Duration age() {
        return Duration.between(launched, Instant.now());
    }

    /** Where the process runs, and nothing else is; {@code ./data} is in here unless a setting says otherwise. */
    public Path workingDirectory() {
        return directory.resolve("work");
    }

    /** Everything that the process printed so far to its standard output. */
    public String output() {
        return read("output");
    }

    /** Everything that the process printed so far to its standard error stream, such as warnings of the JVM. */
    public String errors() {
        return read("errors");
    }

    /** The lines of warnings and errors that the process logged so far. */
    public List<String> complaints() {
        return complaintsIn(output());
    }

    /** The lines of warnings and errors in what was printed, by whatever process. */
    public static List<String> complaintsIn(String printed) {
        return printed.lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
    }

    @Override
    public void close() {
        kill();
        channels.forEach(ManagedChannel::shutdownNow);
        SuiteCanary.refuse("printed by a process", output() + errors());
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ManagedChannel newChannel() {
        ManagedChannel made =
                NettyChannelBuilder.forTarget(address()).usePlaintext().build();
        channels.add(made);
        return made;
    }

    private String read(String stream) {
        try {
            return Files.readString(directory.resolve(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isOpen() {
        return port(PORT).isPresent() && port(MANAGEMENT_PORT).isPresent();
    }

    private Optional<String> port(Pattern line) {
        return Optional.ofNullable(ports.computeIfAbsent(
                line,
                any -> line.matcher(output())
                        .results()
                        .map(match -> match.group(1))
                        .findFirst()
                        .orElse(null)));
    }
}
