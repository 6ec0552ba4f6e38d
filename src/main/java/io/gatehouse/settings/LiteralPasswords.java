package io.gatehouse.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.ConfigurableEnvironment;

/** Takes passwords as they are written, from whatever source: <code>${…}</code> in a password is text. */
final class LiteralPasswords {

    private static final String SOURCE = "gatehouse.literal-passwords";

    /** Every password that is a setting of Gatehouse, or of a part that it has. */
    private static final List<ConfigurationPropertyName> KEYS = Stream.of(
                    "common.security.default-root-password",
                    "spring.datasource.password",
                    "spring.datasource.hikari.password",
                    "spring.flyway.password",
                    "management.server.ssl.key-password",
                    "management.server.ssl.key-store-password",
                    "management.server.ssl.trust-store-password")
            .map(ConfigurationPropertyName::of)
            .toList();

    private LiteralPasswords() {}

    /** Puts each password in front of all sources, as it stands in the source that wins. */
    static void keep(ConfigurableEnvironment environment) {
        Map<String, Object> passwords = new LinkedHashMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            for (ConfigurationPropertyName key : KEYS) {
                ConfigurationProperty password = source.getConfigurationProperty(key);
                if (password != null) {
                    passwords.putIfAbsent(
                            key.toString(),
                            OriginTrackedValue.of(
                                    new LiteralText(String.valueOf(password.getValue())), password.getOrigin()));
                }
            }
        }
        environment.getPropertySources().addFirst(new OriginTrackedMapPropertySource(SOURCE, passwords));
    }
}
