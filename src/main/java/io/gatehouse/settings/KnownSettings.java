package io.gatehouse.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** The names of settings, read from configuration metadata: those that Gatehouse documents ({@code docs/settings.md}), or all. */
final class KnownSettings {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private final List<String> names;

    private KnownSettings(List<String> names) {
        this.names = names;
    }

    static KnownSettings ofThisJar() {
        return new KnownSettings(names(Objects.requireNonNull(KnownSettings.class.getResource("/" + METADATA))));
    }

    /** Also those of Spring and the other libraries. */
    static KnownSettings ofAllParts() {
        try {
            return new KnownSettings(
                    Collections.list(KnownSettings.class.getClassLoader().getResources(METADATA)).stream()
                            .flatMap(metadata -> names(metadata).stream())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(URL metadata) {
        try (InputStream json = metadata.openStream()) {
            return new JsonMapper()
                    .readTree(json)
                    .path("properties")
                    .valueStream()
                    .map(property -> property.path("name").stringValue())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is a setting of this name, in any spelling that Spring takes. */
    boolean contains(String name) {
        return names.stream().anyMatch(known -> plain(known).equals(plain(name)));
    }

    /** The setting that another name comes near, by two slips of the keyboard at most. */
    Optional<String> misspelt(String name) {
        return contains(name) || isKeyOfMap(name)
                ? Optional.empty()
                : names.stream()
                        .filter(known -> slips(name, known) >= 0)
                        .min(Comparator.comparingInt(known -> slips(name, known)));
    }

    /** Such as a logger behind {@code logging.level}. */
    private boolean isKeyOfMap(String name) {
        return names.stream().anyMatch(known -> plain(name).startsWith(plain(known) + "."));
    }

    /** The setting that was probably meant: a misspelt one, or one that has the same last part. */
    Optional<String> nearest(String name) {
        String last = plain(name.substring(name.lastIndexOf('.') + 1));
        return misspelt(name)
                .or(() -> names.stream()
                        .filter(known -> plain(known).endsWith("." + last))
                        .min(Comparator.comparing((String known) -> !known.startsWith("proxy."))
                                .thenComparing(known -> !known.startsWith("gatehouse."))));
    }

    private static int slips(String name, String known) {
        return MisspeltKey.slips(plain(name), plain(known));
    }

    /** Without an index, and as Spring compares names: without regard to case and hyphens. */
    static String plain(String name) {
        return name.replaceAll("\\[[^]]*]", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
    }
}
