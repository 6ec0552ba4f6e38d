package io.gatehouse.api;

import io.gatehouse.http.HttpStatuses;
import io.gatehouse.problem.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a problem is over HTTP: its status, and what its page says.
 *
 * @param status the HTTP status
 * @param title a few words that never change
 * @param explanation when it happens and what to do, for people
 */
record ProblemType(int status, String title, String explanation) {

    static ProblemType of(Problem problem) {
        return new ProblemType(HttpStatuses.of(problem), problem.title(), problem.explanation());
    }

    /** The last part of the type's address, such as {@code user-already-exists}. */
    static String nameOf(Problem problem) {
        return problem.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Problem> named(String name) {
        return Arrays.stream(Problem.values())
                .filter(problem -> nameOf(problem).equals(name))
                .findFirst();
    }
}
