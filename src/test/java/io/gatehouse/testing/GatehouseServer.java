package io.gatehouse.testing;

import io.gatehouse.GatehouseApplication;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.function.SingletonSupplier;

/** A whole Gatehouse in this JVM, on a port of its own and a new database. */
public final class GatehouseServer implements Gatehouse, AutoCloseable {

    /** So that a test hashes in a millisecond, and its wrong passwords do not slow down the next test. */
    private static final Map<String, String> CHEAP = Map.ofEntries(
            Map.entry("proxy.port", "0"),
            Map.entry("management.server.port", "0"),
            Map.entry("gatehouse.hashing.memory", "64"),
            Map.entry("gatehouse.hashing.iterations", "1"),
            Map.entry("gatehouse.throttle.failures-per-user", "1000000"),
            Map.entry("gatehouse.throttle.failures-per-address", "1000000"),
            Map.entry("gatehouse.throttle.refusals-held-for", "0"),
            Map.entry("spring.datasource.hikari.maximum-pool-size", "5"),
            Map.entry("spring.main.banner-mode", "off"));

    private static final Map<String, GatehouseServer> SHARED = new ConcurrentHashMap<>();

    private final ServletWebServerApplicationContext context;
    private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
    private final SingletonSupplier<ManagedChannel> channel = SingletonSupplier.of(this::newChannel);

    private GatehouseServer(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts a server of the caller's own.
     *
     * @param settings as on the command line, such as {@code common.security.superUsers=root, foo}
     */
    public static GatehouseServer start(TestDatabase database, String... settings) {
        return start(database.fresh(), settings);
    }

    /** Starts a server on a database that may hold data already. */
    public static GatehouseServer start(Map<String, String> database, String... settings) {
        return start(database, List.of(GatehouseApplication.class), settings);
    }

    /** Starts a server of the caller's own in which some beans are the caller's too. */
    public static GatehouseServer startWith(Class<?> beans, TestDatabase database, String... settings) {
        return startWith(beans, database.fresh(), settings);
    }

    /** Starts such a server on a database that may hold data already. */
    public static GatehouseServer startWith(Class<?> beans, Map<String, String> database, String... settings) {
        return start(database, List.of(GatehouseApplication.class, beans), settings);
    }

    private static GatehouseServer start(Map<String, String> database, List<Class<?>> sources, String... settings) {
        Map<String, String> all = new LinkedHashMap<>(CHEAP);
        all.putAll(database);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        ConfigurableApplicationContext context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .run(all.entrySet().stream()
                        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
        return new GatehouseServer((ServletWebServerApplicationContext) context);
    }

    /** A server that lives until the tests end, shared by whoever asks for the same; tests use names of their own. */
    public static GatehouseServer shared(TestDatabase database, String... settings) {
        return SHARED.computeIfAbsent(
                database + String.join("\n", settings), any -> start(database.lasting(), settings));
    }

    @Override
    public URI uri(String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
    }

    /** An address on the management port. */
    public URI managementUri(String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.management.port") + path);
    }

    @Override
    public Channel channel() {
        return channel.obtain();
    }

    /** A gRPC connection of the caller's own; ends with the server at the latest. */
    public ManagedChannel newChannel() {
        ManagedChannel made = NettyChannelBuilder.forAddress("localhost", uri("").getPort())
                .usePlaintext()
                .build();
        channels.add(made);
        return made;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> List<T> beans(Class<T> type) {
        return List.copyOf(context.getBeansOfType(type).values());
    }

    /** Stops, and leaves the connections of its clients to what it does with them. */
    public void stop() {
        context.close();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        context.close();
    }
}
