package io.gatehouse.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Reads the files that {@code gatehouse.milvus-config} names, or those that are where Milvus has them. Their keys win over {@code
 * application.yml} and lose to the environment and the command line; among the files the later wins. Also checks that the port has
 * one name only.
 */
final class MilvusConfig implements EnvironmentPostProcessor, Ordered {

    private static final String KEY = "gatehouse.milvus-config";
    private static final List<Path> USUAL_FILES = Stream.of(
                    "milvus.yaml", "user.yaml", "/milvus/configs/milvus.yaml", "/milvus/configs/user.yaml")
            .map(Path::of)
            .toList();

    private final Log log;
    private final List<Path> usualFiles;

    /** The one that Spring takes, since no other is public. */
    public MilvusConfig(DeferredLogFactory logs) {
        this(logs, USUAL_FILES);
    }

    MilvusConfig(DeferredLogFactory logs, List<Path> usualFiles) {
        this.log = logs.getLog(MilvusConfig.class);
        this.usualFiles = usualFiles;
    }

    /** After application.yml, which may hold the key. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        warnOfUnknown(environment);
        Map<String, Object> settings = new LinkedHashMap<>();
        List<Path> named = named(environment);
        for (Path path : named.isEmpty() ? usual() : named) {
            MilvusFile file = MilvusFile.read(path);
            if (file.refusal().isPresent()) {
                if (!named.isEmpty()) {
                    throw new StartRefused(file.refusal().get());
                }
                log.warn(file.refusal().get() + "; nothing is read from it");
                continue;
            }
            file.warnings().forEach(log::warn);
            file.values().forEach((key, value) -> put(settings, key, value));
            log.info(
                    file.values().isEmpty()
                            ? path + " has no settings for Gatehouse"
                            : "settings are read from " + path);
        }
        if (StringUtils.hasText(environment.getProperty(MilvusFile.HTTP_PORT))) {
            log.warn(MilvusFile.HTTP_PORT_HAS_NO_EFFECT);
        }
        environment
                .getPropertySources()
                .addAfter(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new OriginTrackedMapPropertySource(KEY, settings));
        LiteralPasswords.keep(environment);
        checkPort(environment);
        // A command opens none, and may run beside the server that has it
        if (application.getWebApplicationType() != WebApplicationType.NONE) {
            FreePort.require(environment, "proxy.port", "server.address");
            FreePort.require(environment, "management.server.port", "management.server.address");
        }
    }

    /** Of what application.yml has; in the environment Kubernetes has variables that begin with GATEHOUSE_ too. */
    private void warnOfUnknown(ConfigurableEnvironment environment) {
        List<String> own = environment.getPropertySources().stream()
                .filter(OriginTrackedMapPropertySource.class::isInstance)
                .flatMap(source -> Arrays.stream(((OriginTrackedMapPropertySource) source).getPropertyNames()))
                .filter(name -> name.startsWith("gatehouse."))
                .distinct()
                .toList();
        if (!own.isEmpty()) {
            KnownSettings known = KnownSettings.ofThisJar();
            own.stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> log.warn(name + " is not known and ignored"
                            + known.nearest(name)
                                    .map(meant -> "; is " + meant + " meant?")
                                    .orElse("")));
        }
    }

    private static List<Path> named(ConfigurableEnvironment environment) {
        String named = environment.getProperty(KEY, "");
        return named.isBlank()
                ? List.of()
                : Arrays.stream(named.split(",", -1))
                        .map(String::strip)
                        .map(Path::of)
                        .toList();
    }

    private List<Path> usual() {
        // Also one that may not be looked at: to pass over it in silence would leave out its settings
        return usualFiles.stream().filter(file -> !Files.notExists(file)).toList();
    }

    private void put(Map<String, Object> settings, MilvusKey key, OriginTrackedValue value) {
        Object earlier = settings.put(key.key(), value);
        if (earlier instanceof OriginTrackedValue overridden && !overridden.equals(value)) {
            log.debug("%s from %s wins over the one from %s"
                    .formatted(key.key(), value.getOrigin(), overridden.getOrigin()));
        }
    }

    private static void checkPort(ConfigurableEnvironment environment) {
        String server = environment.getProperty("server.port");
        String proxy = environment.getProperty("proxy.port");
        if (server != null && proxy != null && !server.equals(proxy)) {
            throw new StartRefused(
                    "server.port is %s, but Gatehouse listens where proxy.port says (%s): set proxy.port instead"
                            .formatted(server, proxy));
        }
    }
}
