package io.gatehouse.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.testing.Http;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;

class MilvusFileFuzz {

    private static final String MARKER = "SecretMarker";

    @TempDir
    private static Path directory;

    @FuzzTest
    @DictionaryEntries({
        "common:",
        "*",
        "&",
        "!",
        "%",
        "@",
        "`",
        "|",
        ">",
        "\\x22",
        "'",
        "{",
        "[",
        ", ",
        "\\\\x",
        "#",
        "security:",
        "superUsers:",
        "defaultRootPassword:",
        "authorizationEnabled:",
        "tlsMode:",
        "proxy:",
        "extraConfigFiles:",
        "user.yaml:",
        "milvus:",
        "apiVersion: v1",
        "kind: ConfigMap",
        "kind: List",
        "\\x0A---\\x0A",
        "apiVersion: milvus.io/",
        "kind: Milvus",
        "spec:",
        "config:",
        "&a",
        "*a",
        "!!",
        "<<:",
        "|+",
        "true",
        "\\x0A  "
    })
    void readAnyBytes(byte[] bytes) throws IOException {
        readAnyFile(bytes);
        readWhenPasswordIsMarked(bytes);
        readWhenPasswordIsQuoted(bytes);
    }

    /** A file is read, with values of the types that Milvus gives them, or refused with a sentence about this file. */
    private static void readAnyFile(byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("any.yaml"), content);

        try {
            MilvusFile read = MilvusFile.read(file);

            long lines = new String(content, StandardCharsets.UTF_8).split("[\r\n\u0085\u2028\u2029]", -1).length;
            read.values().forEach((key, value) -> assertSound(key, value, lines));
            assertThat(read.warnings()).allMatch(warning -> warning.startsWith(file.toString()));
            assertThat(read.refusal().orElse(file.toString())).startsWith(file.toString());
        } catch (StartRefused refused) {
            assertThat(refused).hasMessageStartingWith(file.toString());
        }
    }

    private static void assertSound(MilvusKey key, OriginTrackedValue value, long lines) {
        String text = (String) value.getValue();
        switch (key.type()) {
            case BOOLEAN -> assertThat(text).matches("(?i)true|false");
            case NUMBER -> assertThat(Integer.toString(Integer.parseInt(text))).isEqualTo(text);
            case TEXT, NAMES -> assertThat(text).isNotNull();
        }
        var origin = (TextResourceOrigin) Objects.requireNonNull(value.getOrigin());
        assertThat(Objects.requireNonNull(origin.getLocation()).getLine()).isBetween(0, (int) lines);
    }

    /** Whatever is wrong around a password, no text for the operator holds it. */
    private static void readWhenPasswordIsMarked(byte[] around) throws IOException {
        String[] parts =
                new String(around, StandardCharsets.UTF_8).replace(MARKER, "").split("\n", 2);
        String before = parts[0].replaceAll("[\r\u0085\u2028\u2029]", "");
        Path file = Files.writeString(
                directory.resolve("marked.yaml"),
                "common:\n  security:\n    defaultRootPassword: %s%s%s\n"
                        .formatted(before, MARKER, parts.length < 2 ? "" : parts[1]));

        try {
            MilvusFile read = MilvusFile.read(file);
            assertThat(read.warnings()).noneMatch(warning -> warning.contains(MARKER));
            assertThat(read.refusal().orElse("")).doesNotContain(MARKER);
        } catch (StartRefused refused) {
            assertThat(refused.getMessage()).doesNotContain(MARKER);
        }
    }

    /** Every password that is quoted comes back. */
    private static void readWhenPasswordIsQuoted(byte[] password) throws IOException {
        String text = new String(password, StandardCharsets.UTF_8);
        String quoted = quoted(text);

        for (String content : List.of(
                "common:\n  security:\n    defaultRootPassword: %s\n",
                "common: {security: {defaultRootPassword: %s}}",
                "apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec:\n  config:\n    common.security.defaultRootPassword: %s")) {
            Path file = Files.writeString(directory.resolve("quoted.yaml"), content.formatted(quoted));

            assertThat(MilvusFile.read(file).values())
                    .extractingFromEntries(
                            Map.Entry::getKey, entry -> entry.getValue().getValue())
                    .containsExactly(tuple(MilvusKey.DEFAULT_ROOT_PASSWORD, text));
        }
    }

    /** JSON is YAML, but for characters that are line breaks to YAML or nothing that it prints. */
    private static String quoted(String text) {
        return Http.json(text)
                .codePoints()
                .mapToObj(c -> c > 0x7e && c < 0x10000 && !Character.isLetter(c)
                        ? "\\u%04x".formatted(c)
                        : Character.toString(c))
                .collect(Collectors.joining());
    }
}
