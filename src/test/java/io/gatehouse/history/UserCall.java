package io.gatehouse.history;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.Face.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something that is asked about one user. */
sealed interface UserCall {

    String ROOT = "root:Milvus";

    /** An administrator who need not give old passwords, where there is one. */
    String SUPERUSER = "boss:boss_password";

    /** Makes the call. */
    Outcome make(Face face, String userName);

    /** What it does, each step at one moment: a call with the user's own token first proves that, and acts later. */
    List<Step> steps(Face face, String userName);

    /** The passwords that the user may have before or afterwards because of this call. */
    default Set<String> passwords() {
        return Set.of();
    }

    /** What happens at one moment. */
    interface Step {

        Effect on(UserState state);
    }

    /**
     * What comes of a step.
     *
     * @param refusal why the call ends here; empty when it goes on or has succeeded
     * @param line what it adds to the audit trail, as {@code action interface user role}
     */
    record Effect(Optional<Problem> refusal, UserState after, Optional<String> line) {

        static Effect refused(Problem problem, UserState state) {
            return new Effect(Optional.of(problem), state, Optional.empty());
        }

        static Effect nothing(UserState state) {
            return new Effect(Optional.empty(), state, Optional.empty());
        }

        static Effect changed(UserState after, String... line) {
            return new Effect(Optional.empty(), after, Optional.of(String.join(" ", line)));
        }
    }

    record Create(String password) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.create(ROOT, userName, password);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> state.exists()
                    ? Effect.refused(Problem.USER_ALREADY_EXISTS, state)
                    : Effect.changed(UserState.created(password), "create-user", face.interfaceName(), "root", "-"));
        }

        @Override
        public Set<String> passwords() {
            return Set.of(password);
        }
    }

    /** By an administrator, with the old password. */
    record ChangePassword(String oldPassword, String newPassword) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.changePassword(ROOT, userName, oldPassword, newPassword);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> change(state, face, "root"));
        }

        @Override
        public Set<String> passwords() {
            return Set.of(oldPassword, newPassword);
        }

        private Effect change(UserState state, Face face, String caller) {
            if (!state.exists()) {
                return Effect.refused(unknownUser(face), state);
            }
            return state.letsIn(oldPassword)
                    ? Effect.changed(
                            state.withPassword(newPassword), "change-password", face.interfaceName(), caller, "-")
                    : Effect.refused(Problem.OLD_PASSWORD_MISMATCH, state);
        }
    }

    /** By the user, with its old token and its old password. */
    record ChangeOwnPassword(String oldPassword, String newPassword) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.changePassword(userName + ":" + oldPassword, userName, oldPassword, newPassword);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(
                    state -> prove(oldPassword, state),
                    state -> new ChangePassword(oldPassword, newPassword).change(state, face, userName));
        }

        @Override
        public Set<String> passwords() {
            return Set.of(oldPassword, newPassword);
        }
    }

    /** By a superuser, without the old password. */
    record ResetPassword(String newPassword) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.changePassword(SUPERUSER, userName, null, newPassword);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> state.exists()
                    ? Effect.changed(
                            state.withPassword(newPassword), "change-password", face.interfaceName(), "boss", "-")
                    : Effect.refused(Problem.USER_NOT_FOUND, state));
        }

        @Override
        public Set<String> passwords() {
            return Set.of(newPassword);
        }
    }

    record Drop() implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.drop(ROOT, userName);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> state.exists()
                    ? Effect.changed(UserState.ABSENT, "drop-user", face.interfaceName(), "root", "-")
                    : new Effect(face.dropOfUnknownUser(), state, Optional.empty()));
        }
    }

    record GrantRole(String role) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.grantRole(ROOT, userName, role);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> {
                if (!state.exists()) {
                    return Effect.refused(Problem.USER_NOT_FOUND, state);
                }
                return state.roles().contains(role)
                        ? Effect.nothing(state)
                        : Effect.changed(state.with(role), "grant-role", face.interfaceName(), "root", role);
            });
        }
    }

    record RevokeRole(String role) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.revokeRole(ROOT, userName, role);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> {
                if (!state.exists()) {
                    return new Effect(face.dropOfUnknownUser(), state, Optional.empty());
                }
                return state.roles().contains(role)
                        ? Effect.changed(state.without(role), "revoke-role", face.interfaceName(), "root", role)
                        : Effect.nothing(state);
            });
        }
    }

    record LogIn(String password) implements UserCall {

        @Override
        public Outcome make(Face face, String userName) {
            return face.logIn(userName + ":" + password);
        }

        @Override
        public List<Step> steps(Face face, String userName) {
            return List.of(state -> prove(password, state));
        }

        @Override
        public Set<String> passwords() {
            return Set.of(password);
        }
    }

    /** Whom Milvus' faces do not know has, to them, another password, and loses every role. */
    private static Problem unknownUser(Face face) {
        return face.dropOfUnknownUser().isEmpty() ? Problem.OLD_PASSWORD_MISMATCH : Problem.USER_NOT_FOUND;
    }

    private static Effect prove(String password, UserState state) {
        return state.letsIn(password) ? Effect.nothing(state) : Effect.refused(Problem.UNAUTHENTICATED, state);
    }
}
