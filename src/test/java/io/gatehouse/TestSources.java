package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tests as they are written, for documents that name them. */
final class TestSources {

    /** Stands for every name that goes on. */
    static final String AND_MORE = "…";

    private final Map<String, String> texts;

    TestSources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            texts = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.getFileName().toString().equals("package-info.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            TestSources::read,
                            (one, other) -> one + other));
        }
    }

    void assertHasClass(String name) {
        assertThat(texts.keySet()).contains(name);
    }

    /** @param method its name, or how it begins and {@link #AND_MORE} */
    void assertHasMethod(String className, String method) {
        assertHasClass(className);
        assertThat(texts.get(className))
                .as(className + "." + method)
                .containsPattern("\\bvoid " + method.replace(AND_MORE, "\\w*") + "\\(");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
