package io.gatehouse.testing;

import io.gatehouse.problem.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A protocol of Gatehouse as a client sees it; every call is made with a token, {@code user:password}. */
public interface Face {

    /**
     * What a call ended with.
     *
     * @param refusal why it was refused; empty when it succeeded
     * @param names what was asked for: names of users or roles
     */
    record Outcome(Optional<Problem> refusal, List<String> names) {

        static Outcome success(List<String> names) {
            return new Outcome(Optional.empty(), names);
        }

        static Outcome refused(Problem problem) {
            return new Outcome(Optional.of(problem), List.of());
        }
    }

    /** Its name in the audit trail. */
    String interfaceName();

    /** A call that everybody may make. */
    Outcome logIn(String token);

    Outcome create(String token, String userName, String password);

    /** Gives the names of the user's roles. */
    Outcome describe(String token, String userName);

    Outcome list(String token);

    Outcome changePassword(String token, String userName, @Nullable String oldPassword, String newPassword);

    Outcome drop(String token, String userName);

    Outcome grantRole(String token, String userName, String roleName);

    Outcome revokeRole(String token, String userName, String roleName);

    Outcome listRoles(String token);

    /** What dropping an unknown user, or revoking a role from it, ends with: Milvus' protocols take it for a success. */
    Optional<Problem> dropOfUnknownUser();
}
