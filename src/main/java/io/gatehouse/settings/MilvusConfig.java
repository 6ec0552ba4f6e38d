package io.gatehouse.settings;

import java.io.IOException;
import java.util.List;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

/**
 * Reads the {@code milvus.yaml} that {@code gatehouse.milvus-config} names. Its keys win over {@code application.yml} and lose
 * to the environment and the command line. Also checks that the port has one name only.
 */
final class MilvusConfig implements EnvironmentPostProcessor, Ordered {

    private static final String KEY = "gatehouse.milvus-config";

    /** After application.yml, which may hold the key. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String file = environment.getProperty(KEY, "");
        if (!file.isBlank()) {
            load(file.strip()).forEach(source -> addBelowEnvironment(environment.getPropertySources(), source));
        }
        checkPort(environment);
    }

    private static List<PropertySource<?>> load(String file) {
        var resource = new FileSystemResource(file);
        if (!resource.isReadable()) {
            throw new SettingsException(KEY + " names a file that cannot be read: " + file);
        }
        try {
            return new YamlPropertySourceLoader().load("milvus-config " + file, resource);
        } catch (IOException | RuntimeException e) {
            throw new SettingsException("not a YAML file: " + file, e);
        }
    }

    private static void addBelowEnvironment(MutablePropertySources sources, PropertySource<?> source) {
        sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, source);
    }

    private static void checkPort(ConfigurableEnvironment environment) {
        String server = environment.getProperty("server.port");
        String proxy = environment.getProperty("proxy.port");
        if (server != null && proxy != null && !server.equals(proxy)) {
            throw new SettingsException(
                    "server.port is %s, but Gatehouse listens where proxy.port says (%s): set proxy.port instead"
                            .formatted(server, proxy));
        }
    }
}
