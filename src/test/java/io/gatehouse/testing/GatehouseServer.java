package io.gatehouse.testing;

import io.gatehouse.GatehouseApplication;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole Gatehouse in this JVM, on a port of its own and a new database. */
public final class GatehouseServer implements AutoCloseable {

    /** So that a test hashes in a millisecond, and its wrong passwords do not slow down the next test. */
    private static final Map<String, String> CHEAP = Map.of(
            "proxy.port", "0",
            "management.server.port", "0",
            "gatehouse.hashing.memory", "64",
            "gatehouse.hashing.iterations", "1",
            "gatehouse.throttle.failures-per-user", "1000000",
            "gatehouse.throttle.failures-per-address", "1000000",
            "spring.datasource.hikari.maximum-pool-size", "5",
            "spring.main.banner-mode", "off");

    private static final Map<String, GatehouseServer> SHARED = new ConcurrentHashMap<>();

    private final ServletWebServerApplicationContext context;

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
        Map<String, String> all = new LinkedHashMap<>(CHEAP);
        all.putAll(database);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        ConfigurableApplicationContext context = new SpringApplicationBuilder(GatehouseApplication.class)
                .run(all.entrySet().stream()
                        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
        return new GatehouseServer((ServletWebServerApplicationContext) context);
    }

    /** A server that lives until the tests end, shared by whoever asks for the same; tests use names of their own. */
    public static GatehouseServer shared(TestDatabase database, String... settings) {
        return SHARED.computeIfAbsent(database + String.join("\n", settings), any -> start(database, settings));
    }

    public URI uri(String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
    }

    /** An address on the management port. */
    public URI managementUri(String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.management.port") + path);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
