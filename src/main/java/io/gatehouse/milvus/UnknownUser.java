package io.gatehouse.milvus;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.List;
import java.util.function.Supplier;

/** How Milvus takes a user who does not exist, in both of its protocols. */
public final class UnknownUser {

    private UnknownUser() {}

    /** Dropping, or revoking from, a user who does not exist counts as done. */
    public static void isFine(Runnable change) {
        hasNothing(() -> {
            change.run();
            return List.of();
        });
    }

    /** Asking about a user who does not exist finds nothing. */
    public static <T> List<T> hasNothing(Supplier<List<T>> question) {
        try {
            return question.get();
        } catch (ProblemException e) {
            if (e.problem() == Problem.USER_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** Only a superuser is told that the user does not exist; others gave a wrong password for it. */
    public static void hasAnotherPassword(String userName, boolean superUser, Runnable change) {
        try {
            change.run();
        } catch (ProblemException e) {
            throw e.problem() == Problem.USER_NOT_FOUND && !superUser
                    ? new ProblemException(Problem.OLD_PASSWORD_MISMATCH, "old password not correct for " + userName)
                    : e;
        }
    }
}
