package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** {@code docs/compatibility.md} names a test for each rule and each difference: every one of them exists. */
class CompatibilityDocTests {

    private static final Path RECORDED = Path.of("src", "test", "conformance");

    /** {@code `Class#name…`}; the document explains the form with these very words. */
    private static final Pattern TEST = Pattern.compile("`(?!Class#)(\\w+)#(\\w+" + TestSources.AND_MORE + "?)`");

    /** {@code *names.at*}, a request of the recording. */
    private static final Pattern STEP = Pattern.compile("(?<!\\*)\\*(\\w+(?:\\.\\w+)+)\\*(?!\\*)");

    @Test
    void testsWhenNamedInTheDocumentThenExist() throws IOException {
        var sources = new TestSources();

        List<MatchResult> named = named(TEST, document());

        assertThat(named)
                .hasSizeGreaterThan(50)
                .allSatisfy(test -> sources.assertHasMethod(test.group(1), test.group(2)));
    }

    @Test
    void stepsWhenNamedInTheDocumentThenAreDifferencesThatWereMeasured() throws IOException {
        Set<String> measured = new TreeSet<>();
        for (String name : List.of("differences.jsonl", "differences-superusers.jsonl")) {
            for (String line : Files.readAllLines(RECORDED.resolve(name))) {
                measured.add(new JsonMapper().readTree(line).path("step").stringValue());
            }
        }

        List<String> named =
                named(STEP, document()).stream().map(step -> step.group(1)).toList();

        assertThat(named).hasSizeGreaterThan(10).isSubsetOf(measured);
    }

    @Test
    void rulesWhenListedThenAreAllTwelveEachWithATestNamedAfterIt() throws IOException {
        List<String> rows =
                document().lines().filter(line -> line.matches("\\| S\\d.*")).toList();

        assertThat(rows).hasSize(12);
        assertThat(IntStream.rangeClosed(1, 12))
                .allSatisfy(n -> assertThat(rows.get(n - 1))
                        .startsWith("| S" + n + " ")
                        .contains("#s" + n + TestSources.AND_MORE));
    }

    @Test
    void differencesWhenListedThenEachHasATest() throws IOException {
        String begin = "\n## Where Gatehouse differs on purpose\n";
        String document = document();
        int from = document.indexOf(begin);
        String chapter = document.substring(from, document.indexOf("\n## ", from + begin.length()));

        List<String> rows = chapter.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| subject |"))
                .toList();

        assertThat(rows)
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(named(TEST, row)).isNotEmpty());
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("docs", "compatibility.md"));
    }

    private static List<MatchResult> named(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }
}
