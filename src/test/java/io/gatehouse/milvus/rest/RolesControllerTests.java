package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserService;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolesControllerTests {

    private final UserService users = mock(UserService.class);
    private final RestPort port = new RestPort(users);

    @Test
    void listWhenAskedThenHasAllNames() {
        when(users.roles(RestPort.ROOT)).thenReturn(List.of("admin", "public"));

        assertThat(port.post("roles/list", "{}")).isEqualTo("{\"code\":0,\"data\":[\"admin\",\"public\"]}");
    }

    @Test
    void describeWhenThereIsSuchARoleThenHasNoGrants() {
        when(users.roles(RestPort.ROOT)).thenReturn(List.of("admin", "public"));

        assertThat(port.post("roles/describe", "{\"roleName\":\"admin\"}")).isEqualTo("{\"code\":0,\"data\":[]}");
    }

    @Test
    void describeWhenThereIsNoSuchRoleThenIsRefused() {
        when(users.roles(any())).thenReturn(List.of("admin", "public"));

        assertThat(port.post("roles/describe", "{\"roleName\":\"other\"}"))
                .isEqualTo(RestPort.failure(
                        65535, "not found the role, maybe the role isn't existed or internal system error"));
    }

    @Test
    void describeWhenNoRoleIsNamedThenSaysSoAndAsksNothing() {
        assertThat(port.post("roles/describe", "{}"))
                .isEqualTo(RestPort.failure(
                        1802,
                        "missing required parameters, error: Key: 'RoleReq.RoleName' Error:Field validation for"
                                + " 'RoleName' failed on the 'required' tag"));
        verifyNoInteractions(users);
    }

    @Test
    void listWhenDeniedThenNamesThePrivilege() {
        when(users.roles(any())).thenThrow(new ProblemException(Problem.PERMISSION_DENIED, "permission denied"));

        assertThat(port.post("roles/list", "{}", 403))
                .isEqualTo(RestPort.failure(
                        65535,
                        "rpc error: code = PermissionDenied desc = PrivilegeSelectOwnership: permission deny to root in"
                                + " the `default` database"));
    }
}
