package io.gatehouse.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs commands in this JVM, as the jar does in one of its own. */
final class CommandFixture {

    private final List<String> settings = new ArrayList<>(List.of(
            "--gatehouse.hashing.memory=64",
            "--gatehouse.hashing.iterations=1",
            // The log belongs to all tests
            "--logging.level.root=info"));

    CommandFixture(Map<String, String> database, String... settings) {
        database.forEach((key, value) -> this.settings.add("--" + key + "=" + value));
        this.settings.addAll(List.of(settings));
    }

    /** What a command did. */
    record Ran(int exitCode, String out, String err) {}

    Ran run(String input, String... arguments) {
        return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), Optional.empty(), arguments);
    }

    Ran run(InputStream input, Optional<Keyboard> keyboard, String... arguments) {
        var out = new ByteArrayOutputStream();
        Ran ran = run(input, new PrintStream(out, false, StandardCharsets.UTF_8), keyboard, arguments);
        return new Ran(ran.exitCode(), out.toString(StandardCharsets.UTF_8), ran.err());
    }

    /** With a standard output of the test's own, which is not in the answer. */
    Ran run(PrintStream out, String... arguments) {
        return run(InputStream.nullInputStream(), out, Optional.empty(), arguments);
    }

    private Ran run(InputStream input, PrintStream out, Optional<Keyboard> keyboard, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(settings);
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(input, out, new PrintStream(err, true, StandardCharsets.UTF_8), keyboard);
        int exitCode = Commands.run(terminal, all.toArray(String[]::new));
        return new Ran(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }
}
