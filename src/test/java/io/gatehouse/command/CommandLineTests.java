package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTests {

    @Test
    void readWhenAllKindsAreMixedThenEachIsToldApart() {
        CommandLine line = read(
                "one",
                "--gatehouse.data-directory=/data=1",
                "--flag",
                "--value",
                "--with-dashes",
                "-",
                "--servers[0].x=\n",
                "--other=a=b");

        assertThat(line.operands()).containsExactly("one", "-");
        assertThat(line.options()).isEqualTo(Map.of("flag", "", "value", "--with-dashes", "other", "a=b"));
        assertThat(line.settings()).containsExactly("--gatehouse.data-directory=/data=1", "--servers[0].x=\n");
        assertThat(line.has("flag")).isTrue();
        assertThat(line.has("replace")).isFalse();
        assertThat(line.option("other")).contains("a=b");
        assertThat(line.option("replace")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--value          | the option --value needs a value",
                "--flag=canary    | there is no option --flag",
                "--unknown=canary | there is no option --unknown",
                "--debug          | there is no option --debug",
                "--logging.level  | there is no option --logging.level"
            })
    void readWhenAnOptionIsWrongThenSaysWhichWithoutItsValue(String argument, String sentence) {
        assertThatThrownBy(() -> read("one", argument))
                .isInstanceOf(UsageException.class)
                .hasMessage(sentence);
    }

    @Test
    void readWhenAnOptionIsGivenTwiceThenRefused() {
        assertThatThrownBy(() -> read("--value=canary", "--value", "canary"))
                .isInstanceOf(UsageException.class)
                .hasMessage("the option --value is given twice");
        assertThatThrownBy(() -> read("--flag", "--flag")).hasMessage("the option --flag is given twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--password", "--password=canary"})
    void readWhenAPasswordIsAnArgumentThenSaysWhereItBelongs(String argument) {
        assertThatThrownBy(() -> read(argument))
                .isInstanceOf(UsageException.class)
                .hasMessage("a password is never an argument, which everybody on this machine can read: give it on the"
                        + " standard input, or in a file with --password-file");
    }

    @Test
    void fileWhenAbsentOrAHyphenThenIsTheStandardStreams() {
        assertThat(read().file()).isEmpty();
        assertThat(read("-").file()).isEmpty();
        assertThat(read("users.jsonl").file()).contains("users.jsonl");
        assertThatThrownBy(() -> read("one", "two").file()).hasMessage("there can be one file only");
    }

    private static CommandLine read(String... arguments) {
        return CommandLine.of(List.of(arguments), Set.of("value", "other"), Set.of("flag"));
    }
}
