package io.gatehouse.user;

import io.gatehouse.caller.Caller;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.role.BuiltInRole;

/**
 * Who may do what: pure functions of the caller and the target's name, with no storage and no settings.
 *
 * <p>Permission comes first, then {@code root}'s protection, then oneself. The superuser rule (S7) is here and nowhere else:
 * it is about old passwords only and never makes anybody an administrator.
 */
public final class UserRules {

    /** The user that exists from the first start and is always an administrator (S2). */
    public static final String ROOT = "root";

    private UserRules() {}

    static void checkCreate(Caller caller) {
        requireAdministrator(caller, "create users");
    }

    static void checkList(Caller caller) {
        requireAdministrator(caller, "list users");
    }

    static void checkDescribe(Caller caller, String target) {
        if (!caller.is(target)) {
            requireAdministrator(caller, "describe other users");
        }
    }

    static void checkChangePassword(Caller caller, String target) {
        if (!caller.is(target)) {
            requireAdministrator(caller, "change another user's password");
        }
    }

    static void checkDrop(Caller caller, String target) {
        requireAdministrator(caller, "drop users");
        if (target.equals(ROOT)) {
            throw new ProblemException(Problem.ROOT_PROTECTED, "root user cannot be deleted");
        }
        if (caller.is(target)) {
            throw new ProblemException(Problem.SELF_DROP, "user cannot drop itself");
        }
    }

    static void checkChangeRoles(Caller caller) {
        requireAdministrator(caller, "grant and revoke roles");
    }

    static void checkListRoles(Caller caller) {
        requireAdministrator(caller, "list roles");
    }

    /** Refuses who may not export users. */
    public static void checkExport(Caller caller) {
        requireAdministrator(caller, "export users");
    }

    /** Refuses who may not import users. */
    public static void checkImport(Caller caller) {
        requireAdministrator(caller, "import users");
    }

    static void checkReset(Caller caller) {
        requireAdministrator(caller, "reset passwords");
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

    private static void requireAdministrator(Caller caller, String action) {
        if (!caller.administrator()) {
            throw new ProblemException(
                    Problem.PERMISSION_DENIED, "permission denied: " + caller.getName() + " may not " + action);
        }
    }
}
