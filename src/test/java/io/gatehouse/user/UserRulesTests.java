package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserRulesTests {

    private static final Client CLIENT = new Client(Face.API, "192.0.2.1", "0123456789abcdef");
    private static final Caller SUPERUSER = new ProvenUser("foo", Set.of(), true, false, CLIENT);
    private static final Caller ADMINISTRATOR = new ProvenUser("adm", Set.of("admin"), false, true, CLIENT);
    private static final Caller ROOT = new ProvenUser("root", Set.of(), false, true, CLIENT);

    @Test
    void checkDropWhenSeveralRulesRefuseThenRootComesFirst() {
        assertThatThrownBy(() -> UserRules.checkDrop(ROOT, "root")).hasMessage("root user cannot be deleted");
        assertThatThrownBy(() -> UserRules.checkDrop(ADMINISTRATOR, "adm")).hasMessage("user cannot drop itself");
    }

    @Test
    void checkDropWhenAuthenticationIsOffThenOnlyRootIsProtected() {
        Caller anybody = Caller.unrestricted(CLIENT);

        assertThatCode(() -> UserRules.checkDrop(anybody, "user_1")).doesNotThrowAnyException();
        assertThatThrownBy(() -> UserRules.checkDrop(anybody, "root")).hasMessage("root user cannot be deleted");
    }

    @Test
    void needsOldPasswordWhenCallerIsSuperuserThenNot() {
        assertThat(UserRules.needsOldPassword(SUPERUSER)).isFalse();
        assertThat(UserRules.needsOldPassword(ROOT)).isTrue();
        assertThat(UserRules.needsOldPassword(Caller.unrestricted(CLIENT))).isTrue();
    }

    @Test
    void isAdministratorWhenRootOrAdminThenTrue() {
        assertThat(UserRules.isAdministrator("root", List.of())).isTrue();
        assertThat(UserRules.isAdministrator("adm", List.of("admin", "public"))).isTrue();
        assertThat(UserRules.isAdministrator("user_1", List.of("public"))).isFalse();
        assertThat(UserRules.isAdministrator("Root", List.of("Admin"))).isFalse();
    }
}
