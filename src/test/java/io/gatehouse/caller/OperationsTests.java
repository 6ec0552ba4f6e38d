package io.gatehouse.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The gate. */
class OperationsTests {

    private static final Client CLIENT = new Client(Face.API, "192.0.2.1", "0123456789abcdef");
    private static final Caller PLAIN = new ProvenUser("user_1", Set.of(), false, false, CLIENT);
    private static final Caller SUPERUSER = new ProvenUser("foo", Set.of(), true, false, CLIENT);
    private static final Caller ADMINISTRATOR = new ProvenUser("adm", Set.of("admin"), false, true, CLIENT);

    private final List<Object> told = new ArrayList<>();
    private final Operations operations = new Operations(told::add);

    @ParameterizedTest
    @CsvSource({
        "CREATE_USER, create users",
        "DESCRIBE_USER, describe other users",
        "LIST_USERS, list users",
        "CHANGE_PASSWORD, change another user's password",
        "DROP_USER, drop users",
        "GRANT_ROLE, grant and revoke roles",
        "REVOKE_ROLE, grant and revoke roles",
        "LIST_ROLES, list roles",
        "DESCRIBE_ROLE, list roles",
        "READ_AUDIT_EVENTS, read the audit trail",
        "EXPORT_USERS, export users",
        "IMPORT_USER, import users"
    })
    void permitWhenTheCallerMayNotThenIsRefusedAndToldOnce(Action action, String words) {
        Operation operation = Operation.of(action, PLAIN, "root");

        assertThatThrownBy(() -> operations.permit(PLAIN, operation))
                .hasMessage("permission denied: user_1 may not " + words);
        assertThat(told).containsExactly(new OperationEnded(operation, Problem.PERMISSION_DENIED));
    }

    @ParameterizedTest
    @EnumSource
    void permitWhenTheCallerAdministersThenMayDoAll(Action action) {
        for (Caller caller : List.of(ADMINISTRATOR, Caller.unrestricted(CLIENT))) {
            assertThatCode(() -> operations.permit(caller, Operation.of(action, caller, "user_1")))
                    .doesNotThrowAnyException();
        }

        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void permitWhenItIsAboutTheCallerThenItMayDescribeItselfAndChangeItsPassword(Action action) {
        Operation own = Operation.of(action, PLAIN, "user_1");

        if (action == Action.DESCRIBE_USER || action == Action.CHANGE_PASSWORD) {
            assertThatCode(() -> operations.permit(PLAIN, own)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> operations.permit(PLAIN, own)).hasMessageStartingWith("permission denied: user_1");
        }
    }

    @Test
    void permitWhenASuperuserIsNoAdministratorThenOnlyItsOwn() {
        assertThatCode(() -> operations.permit(SUPERUSER, Operation.of(Action.CHANGE_PASSWORD, SUPERUSER, "foo")))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () -> operations.permit(SUPERUSER, Operation.of(Action.CHANGE_PASSWORD, SUPERUSER, "user_1")))
                .hasMessage("permission denied: foo may not change another user's password");
    }

    @Test
    void ofWhenTheCallerMayNotThenNothingIsDone() {
        AtomicBoolean done = new AtomicBoolean();
        Operation operation = Operation.of(Action.LIST_USERS, PLAIN);

        assertThatThrownBy(() -> operations.of(PLAIN, operation, () -> done.getAndSet(true)))
                .hasMessage("permission denied: user_1 may not list users");
        assertThatThrownBy(() -> operations.of(PLAIN, operation, () -> done.set(true)))
                .hasMessage("permission denied: user_1 may not list users");

        assertThat(done).isFalse();
    }
}
