package io.gatehouse.user;

import io.gatehouse.caller.Caller;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.role.BuiltInRole;

/**
 * What nobody may do, and who needs which proof: pure functions of the caller and the target's name, with no storage and no settings.
 *
 * <p>Permission was asked before, then comes {@code root}'s protection, then oneself. The superuser rule (S7) is here and nowhere else:
 * it is about old passwords only and never makes anybody an administrator.
 */
public final class UserRules {

    /** The user that exists from the first start and is always an administrator (S2). */
    public static final String ROOT = "root";

    private UserRules() {}

    static void checkDrop(Caller caller, String target) {
        if (target.equals(ROOT)) {
            throw new ProblemException(Problem.ROOT_PROTECTED, "root user cannot be deleted");
        }
        if (caller.is(target)) {
            throw new ProblemException(Problem.SELF_DROP, "user cannot drop itself");
        }
    }

    /** Whether this caller has to give the target's current password: the caller counts, not the target. */
    static boolean needsOldPassword(Caller caller) {
        return !caller.superUser();
    }

    /** Whether a user with these roles may administer others. */
    static boolean isAdministrator(String userName, Iterable<String> roles) {
        if (userName.equals(ROOT)) {
            return true;
        }
        for (String role : roles) {
            if (role.equals(BuiltInRole.ADMIN.roleName())) {
                return true;
            }
        }
        return false;
    }
}
