package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.transfer.ImportEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a file of users is taken apart into lines. */
class UserLinesTests {

    private static final int MOST_BYTES = 16 * 1024;

    @Test
    void linesWhenSomeAreBlankThenThoseCountAndAreNothing() {
        assertThat(read("\n" + user("one") + "\r\n \t\n\n" + user("two") + "\n\n"))
                .containsExactly("2 one", "5 two");
    }

    @Test
    void linesWhenTheLastHasNoEndThenIsReadAsTheOthers() {
        assertThat(read(user("one") + "\n" + user("two"))).containsExactly("1 one", "2 two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n\n"})
    void linesWhenThereIsNoUserThenThereIsNoEntry(String file) {
        UserLines lines = lines(file, StandardCharsets.UTF_8);

        assertThat(lines.hasNext()).isFalse();
        assertThatThrownBy(lines::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void nextWhenNobodyAskedWhetherThereIsOneThenIsTheNextAllTheSame() {
        UserLines lines = lines(user("one") + "\n" + user("two"), StandardCharsets.UTF_8);

        assertThat(line(lines.next())).isEqualTo("1 one");
        assertThat(lines.hasNext()).isTrue();
        assertThat(lines.hasNext()).isTrue();
        assertThat(line(lines.next())).isEqualTo("2 two");
        assertThatThrownBy(lines::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void lineWhenLongerThanAnyUserThenIsRefusedAndTheNextIsRead() {
        String longest = user("one") + " ".repeat(MOST_BYTES - user("one").length());

        assertThat(read(longest + "\n" + longest + " \n" + user("two")))
                .containsExactly("1 one", "2 REQUEST_TOO_LARGE the line has more than 16384 bytes", "3 two");
    }

    @Test
    void lineWhenItIsNoUserThenIsRefusedAndTheNextIsRead() {
        assertThat(read("canary\n" + user("two")))
                .containsExactly("1 MALFORMED_REQUEST the line is not a JSON object, or has a field twice", "2 two");
    }

    @Test
    void lineWhenNotUtf8ThenIsRefused() {
        assertThat(read(lines(user("\u00e9"), StandardCharsets.ISO_8859_1)))
                .containsExactly("1 MALFORMED_REQUEST the line is not UTF-8");
        assertThat(read(user("\u00e9"))).containsExactly("1 \u00e9");
    }

    @Test
    void linesWhenTheInputBreaksOffThenSaysSo() throws IOException {
        var broken = new UserLines(brokenOff());

        assertThatThrownBy(broken::hasNext)
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("Stream closed");
    }

    private static InputStream brokenOff() throws IOException {
        var closed = InputStream.nullInputStream();
        closed.close();
        return closed;
    }

    private static String user(String userName) {
        return "{\"userName\":\"%s\",\"passwordHash\":\"x\"}".formatted(userName);
    }

    private static List<String> read(String file) {
        return read(lines(file, StandardCharsets.UTF_8));
    }

    private static List<String> read(UserLines lines) {
        List<String> read = new ArrayList<>();
        lines.forEachRemaining(entry -> read.add(line(entry)));
        return read;
    }

    private static UserLines lines(String file, Charset charset) {
        return new UserLines(new ByteArrayInputStream(file.getBytes(charset)));
    }

    /** Its number, and the user's name or why there is none. */
    private static String line(ImportEntry entry) {
        ProblemException fault = entry.fault();
        return entry.number() + " "
                + (fault == null
                        ? Objects.requireNonNull(entry.user()).userName()
                        : fault.problem() + " " + fault.getMessage());
    }
}
