package io.gatehouse.caller;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;

/** Who may do what, as a pure function: administrators everything, everybody describe itself and change its own password. */
final class Permission {

    private Permission() {}

    static void check(Caller caller, Operation operation) {
        String target = operation.target();
        boolean own = target != null && caller.is(target) && operation.action().isEverybodysOwn();
        if (!own) {
            check(caller, operation.action().words());
        }
    }

    static void check(Caller caller, String words) {
        if (!caller.administrator()) {
            throw new ProblemException(
                    Problem.PERMISSION_DENIED, "permission denied: " + caller.getName() + " may not " + words);
        }
    }
}
