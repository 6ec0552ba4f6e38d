package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gatehouse.caller.Operations;
import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserService;
import io.milvus.grpc.OperateUserRoleRequest;
import io.milvus.grpc.OperateUserRoleType;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectRoleRequest;
import io.milvus.grpc.SelectRoleResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.UserEntity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoleRpcsTests {

    private static final Status SUCCESS = Status.getDefaultInstance();
    private static final int GRANT = OperateUserRoleType.AddUserToRole_VALUE;
    private static final int REVOKE = OperateUserRoleType.RemoveUserFromRole_VALUE;

    private final UserService users = mock(UserService.class);
    private final Operations operations = mock(Operations.class);
    private final GrpcPort port = TestRpcs.port(new RoleRpcs(operations, users));

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void operateWhenGrantingThenTheUserGetsTheRole() {
        assertThat(operate(GRANT)).isEqualTo(SUCCESS);

        verify(users).grantRole(any(), eq("user_1"), eq("admin"));
        verify(users, never()).revokeRole(any(), any(), any());
    }

    @Test
    void operateWhenRevokingThenTheUserLosesTheRole() {
        assertThat(operate(REVOKE)).isEqualTo(SUCCESS);

        verify(users).revokeRole(any(), eq("user_1"), eq("admin"));
        verify(users, never()).grantRole(any(), any(), any());
    }

    @Test
    void operateWhenThereIsNoSuchUserThenOnlyGrantingFails() {
        var unknown = new ProblemException(Problem.USER_NOT_FOUND, "no such user");
        doThrow(unknown).when(users).grantRole(any(), any(), any());
        doThrow(unknown).when(users).revokeRole(any(), any(), any());

        assertThat(operate(REVOKE)).isEqualTo(SUCCESS);
        assertThat(operate(GRANT).getReason())
                .isEqualTo("failed to check if operate user role: not found the user, maybe the user isn't existed or"
                        + " internal system error");
    }

    @Test
    void operateWhenThereIsNoSuchRoleThenBothFail() {
        var unknown = new ProblemException(Problem.ROLE_NOT_FOUND, "no such role");
        doThrow(unknown).when(users).grantRole(any(), any(), any());
        doThrow(unknown).when(users).revokeRole(any(), any(), any());

        assertThat(List.of(operate(GRANT), operate(REVOKE)))
                .extracting(Status::getReason)
                .containsOnly("not found the role, maybe the role isn't existed or internal system error");
    }

    @Test
    void operateWhenTheTypeIsOfNoKindThenSaysSoToThoseWhoMayOperate() {
        assertThat(operate(7).getReason()).isEqualTo("invalid operate user role type, operate type: 7");

        doThrow(new ProblemException(Problem.PERMISSION_DENIED, "permission denied"))
                .when(operations)
                .permit(any(), any());

        assertThatThrownBy(() -> operate(7))
                .hasMessage("PERMISSION_DENIED: PrivilegeManageOwnership: permission deny to root in the `default`"
                        + " database");
    }

    @Test
    void selectWhenNoRoleIsNamedThenHasAllOfThem() {
        when(users.roles(any())).thenReturn(List.of("admin", "public"));

        SelectRoleResponse reply = port.stub().selectRole(SelectRoleRequest.getDefaultInstance());

        assertThat(reply.getStatus()).isEqualTo(SUCCESS);
        assertThat(reply.getResultsList())
                .extracting(result -> result.getRole().getName() + result.getUsersCount())
                .containsExactly("admin0", "public0");
    }

    @Test
    void selectWhenUsersAreAskedForThenHasThoseOfEachRole() {
        when(users.roles(any())).thenReturn(List.of("admin", "public"));
        when(users.members(any(), eq("admin"))).thenAnswer(asked -> Stream.of("user_1", "user_2"));

        SelectRoleResponse reply = port.stub()
                .selectRole(
                        SelectRoleRequest.newBuilder().setIncludeUserInfo(true).build());

        assertThat(reply.getResults(0).getUsersList())
                .extracting(UserEntity::getName)
                .containsExactly("user_1", "user_2");
        assertThat(reply.getResults(1).getUsersList()).isEmpty();
    }

    @Test
    void selectWhenARoleIsNamedThenHasThatOneOnly() {
        when(users.roles(any())).thenReturn(List.of("admin", "public"));

        assertThat(select("public").getResultsList())
                .extracting(result -> result.getRole().getName())
                .containsExactly("public");
    }

    @Test
    void selectWhenThereIsNoSuchRoleThenFindsNothing() {
        when(users.members(any(), any())).thenThrow(new ProblemException(Problem.ROLE_NOT_FOUND, "no such role"));

        assertThat(select("other"))
                .isEqualTo(SelectRoleResponse.getDefaultInstance().toBuilder()
                        .setStatus(SUCCESS)
                        .build());
    }

    @Test
    void selectWhenTheNameCannotBeARolesThenTheReplySaysSo() {
        when(users.members(any(), any())).thenThrow(new ProblemException(Problem.INVALID_ROLE_NAME, "no role"));

        assertThat(select("0").getStatus().getReason()).isEqualTo("no role: invalid parameter");
    }

    private Status operate(int type) {
        return port.stub()
                .operateUserRole(OperateUserRoleRequest.newBuilder()
                        .setUsername("user_1")
                        .setRoleName("admin")
                        .setTypeValue(type)
                        .build());
    }

    private SelectRoleResponse select(String roleName) {
        return port.stub()
                .selectRole(SelectRoleRequest.newBuilder()
                        .setRole(RoleEntity.newBuilder().setName(roleName))
                        .build());
    }
}
