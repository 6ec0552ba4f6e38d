package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/rules.md} names code and a test for each of the twelve rules: all of it exists. */
class RulesDocTests {

    private static final int CODE = 3;
    private static final int TEST = 4;

    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

    /** {@code `Class#name…`}. */
    private static final Pattern METHOD = Pattern.compile("`(\\w+)#(\\w+" + TestSources.AND_MORE + ")`");

    @Test
    void rulesWhenListedThenAreAllTwelveEachWithATestNamedAfterIt() throws IOException {
        List<String[]> rows = rows();

        assertThat(rows).hasSize(12);
        assertThat(IntStream.rangeClosed(1, 12)).allSatisfy(n -> {
            assertThat(rows.get(n - 1)[1].strip()).isEqualTo("S" + n);
            assertThat(rows.get(n - 1)[TEST]).contains("#s" + n + TestSources.AND_MORE);
        });
    }

    @Test
    void rulesWhenTheyNameCodeThenItExists() throws IOException {
        Set<String> classes;
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            classes = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }

        assertThat(rows()).allSatisfy(row -> {
            List<MatchResult> named = CLASS.matcher(row[CODE]).results().toList();
            assertThat(named)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(classes).contains(name.group(1)));
        });
    }

    @Test
    void rulesWhenTheyNameTestsThenEachExists() throws IOException {
        var sources = new TestSources();

        assertThat(rows()).allSatisfy(row -> {
            List<MatchResult> named = METHOD.matcher(row[TEST]).results().toList();
            assertThat(named).isNotEmpty().allSatisfy(test -> sources.assertHasMethod(test.group(1), test.group(2)));
        });
    }

    private static List<String[]> rows() throws IOException {
        return Files.readString(Path.of("docs", "rules.md"))
                .lines()
                .filter(line -> line.startsWith("| S"))
                .map(line -> line.split("\\|"))
                .toList();
    }
}
