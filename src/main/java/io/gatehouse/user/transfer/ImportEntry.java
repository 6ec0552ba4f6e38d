package io.gatehouse.user.transfer;

import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserRecord;
import org.jspecify.annotations.Nullable;

/**
 * One place of what is imported: a user, or why what stood there is none.
 *
 * @param number the place, counted from 1
 * @param user null when there is none
 * @param fault null when there is a user
 */
public record ImportEntry(
        long number, @Nullable UserRecord user, @Nullable ProblemException fault) {

    public static ImportEntry of(long number, UserRecord user) {
        return new ImportEntry(number, user, null);
    }

    /** Takes a text that holds nothing of what stood there: it may be a password. */
    public static ImportEntry refused(long number, ProblemException fault) {
        return new ImportEntry(number, null, fault);
    }
}
