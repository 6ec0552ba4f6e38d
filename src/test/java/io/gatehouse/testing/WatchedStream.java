package io.gatehouse.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Passes on what is printed, and tells of every line that holds a marked password. */
final class WatchedStream extends OutputStream {

    /** What has no line break for so long is looked at in parts. */
    private static final int LONGEST_LINE = 1 << 16;

    private final PrintStream target;
    private final Canary canary;
    private final Consumer<String> found;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    WatchedStream(PrintStream target, Canary canary, Consumer<String> found) {
        this.target = target;
        this.canary = canary;
        this.found = found;
    }

    /** A stream to print to. */
    static PrintStream of(PrintStream target, Canary canary, Consumer<String> found) {
        return new PrintStream(new WatchedStream(target, canary, found), true, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void write(int b) {
        target.write(b);
        collect(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        target.write(bytes, offset, length);
        for (int i = offset; i < offset + length; i++) {
            collect(bytes[i]);
        }
    }

    @Override
    public void flush() {
        target.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        look();
    }

    private void collect(int b) {
        line.write(b);
        if (b == '\n' || line.size() > LONGEST_LINE) {
            look();
        }
    }

    private void look() {
        List<String> forms = canary.in(line.toByteArray());
        if (!forms.isEmpty()) {
            found.accept("printed " + forms + ": " + line.toString(StandardCharsets.UTF_8));
        }
        line.reset();
    }
}
