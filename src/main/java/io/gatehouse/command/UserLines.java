package io.gatehouse.command;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.transfer.ImportEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The users of a file, a line at a time; of a line that is too long only so much as tells that. Blank lines count and are nothing. */
final class UserLines implements Iterator<ImportEntry> {

    /** Several times what the longest user needs. */
    private static final int MOST_BYTES = 16 * 1024;

    private final InputStream in;
    private long number;
    private boolean ended;
    private @Nullable ImportEntry next;

    /** Takes a buffered stream. */
    UserLines(InputStream in) {
        this.in = in;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            next = line();
        }
        return next != null;
    }

    @Override
    public ImportEntry next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        ImportEntry entry = next;
        next = null;
        return entry;
    }

    private @Nullable ImportEntry line() {
        var bytes = new ByteArrayOutputStream();
        boolean tooLong = false;
        int read = read();
        number++;
        while (read != -1 && read != '\n') {
            if (bytes.size() == MOST_BYTES) {
                tooLong = true;
            } else {
                bytes.write(read);
            }
            read = read();
        }
        ended = read == -1;
        return tooLong
                ? unreadable(Problem.REQUEST_TOO_LARGE, "the line has more than %d bytes".formatted(MOST_BYTES))
                : entry(bytes.toByteArray());
    }

    private @Nullable ImportEntry entry(byte[] line) {
        try {
            if (StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString()
                    .isBlank()) {
                return null;
            }
            return ImportEntry.of(number, UserLine.read(line));
        } catch (CharacterCodingException e) {
            return unreadable(Problem.MALFORMED_REQUEST, "the line is not UTF-8");
        } catch (ProblemException e) {
            return ImportEntry.refused(number, e);
        }
    }

    private ImportEntry unreadable(Problem problem, String sentence) {
        return ImportEntry.refused(number, new ProblemException(problem, sentence));
    }

    private int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
