package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameter {@code limit} of every list: 1 to 1000, and 100 when it is not given. */
public final class PageSize {

    private static final int USUAL = 100;
    private static final int LARGEST = 1000;
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,9}");

    private PageSize() {}

    /**
     * Reads it. Not left to Spring, to which nothing is 100, {@code 0x10} is 16 and {@code 1 0} is 10.
     *
     * @throws ProblemException {@link Problem#MALFORMED_REQUEST}
     */
    public static int of(@Nullable String limit) {
        if (limit == null) {
            return USUAL;
        }
        if (!DECIMAL.matcher(limit).matches()) {
            throw otherType("limit");
        }
        int size = Integer.parseInt(limit);
        if (size < 1 || size > LARGEST) {
            throw new ProblemException(Problem.MALFORMED_REQUEST, "limit out of range")
                    .withRange("%d out of range 1 <= value <= %d".formatted(size, LARGEST))
                    .withViolations(List.of(new Violation("limit", "must be 1 to " + LARGEST)));
        }
        return size;
    }

    /** The refusal of a parameter whose text is no value of its type. */
    public static ProblemException otherType(String parameter) {
        return new ProblemException(Problem.MALFORMED_REQUEST, "a value of another type is expected: " + parameter);
    }
}
