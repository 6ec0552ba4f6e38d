package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} names for each rule what shows it: all of it exists, and no rule stands there twice. */
class SecurityDocTests {

    private static final int RULE = 1;
    private static final int SHOWN_BY = 2;

    /** {@code `Class`}, {@code `Class.method…`} or, after one of these, {@code `method…`}. */
    private static final Pattern TEST =
            Pattern.compile("`(?:([A-Z]\\w+)\\.?)?([a-z]\\w*" + TestSources.AND_MORE + ")?`");

    private static final Pattern PLACE = Pattern.compile("`((?:\\.ci|bench)/\\w+)[^`]*`");

    /** A class of the product. */
    private static final String NO_TEST = "Refusals";

    @Test
    void rowsWhenTheyNameTestsThenEachExists() throws IOException {
        var sources = new TestSources();

        assertThat(rows()).hasSizeGreaterThan(60).allSatisfy(row -> {
            String className = "UserAdministrationContract";
            for (MatchResult test : TEST.matcher(row[SHOWN_BY]).results().toList()) {
                className = test.group(1) == null ? className : test.group(1);
                if (test.group(2) != null) {
                    sources.assertHasMethod(className, test.group(2));
                } else if (!className.equals(NO_TEST)) {
                    sources.assertHasClass(className);
                }
            }
        });
    }

    @Test
    void rowsWhenTheyNameAPlaceThenItExists() throws IOException {
        assertThat(rows())
                .flatMap(row -> PLACE.matcher(row[SHOWN_BY])
                        .results()
                        .map(place -> place.group(1))
                        .toList())
                .hasSizeGreaterThan(5)
                .allSatisfy(place -> assertThat(Path.of(place)).exists());
    }

    /** Two branches that mend one row leave both of it. */
    @Test
    void rowsWhenReadThenEachRuleStandsOnceAndIsShown() throws IOException {
        assertThat(rows()).allSatisfy(row -> assertThat(row[SHOWN_BY]).isNotBlank());
        assertThat(rows()).extracting(row -> beginning(row[RULE])).doesNotHaveDuplicates();
    }

    private static String beginning(String rule) {
        return String.join(" ", List.of(rule.strip().split(" ")).subList(0, 4));
    }

    private static List<String[]> rows() throws IOException {
        return Files.readString(Path.of("docs", "security.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.equals("| rule | shown by |"))
                .map(line -> line.split("\\|"))
                .toList();
    }
}
