package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.User;
import io.gatehouse.user.UserService;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersControllerTests {

    private static final String USER = "{\"userName\":\"user_1\"}";
    private static final String USER_ROLE = "{\"userName\":\"user_1\",\"roleName\":\"admin\"}";
    private static final String CHANGE = "{\"userName\":\"user_1\",\"password\":\"P@ssw0rd\",\"newPassword\":\"neu\"}";
    private final ProblemException unknown = new ProblemException(Problem.USER_NOT_FOUND, "no such user");

    private final UserService users = mock(UserService.class);
    private final RestPort port = new RestPort(users);

    @Test
    void listWhenItsEndCannotBeReadThenDoesNotLookWhole() throws Exception {
        when(users.names(any())).thenReturn(Stream.of("a", "b").map(name -> {
            if (name.equals("b")) {
                throw new ProblemException(Problem.STORAGE_UNAVAILABLE, "the database does not answer");
            }
            return name;
        }));

        String answer = port.mvc()
                .perform(post("/v2/vectordb/users/list").content("{}"))
                .andReturn()
                .getResponse()
                .getContentAsString();

        assertThat(answer).doesNotEndWith("]}");
    }

    @Test
    void listWhenAskedThenHasAllNames() {
        when(users.names(RestPort.ROOT)).thenReturn(Stream.of("root", "user_1"));

        assertThat(port.post("users/list", "{}")).isEqualTo("{\"code\":0,\"data\":[\"root\",\"user_1\"]}");
    }

    @Test
    void describeWhenThereIsSuchAUserThenHasItsRoles() {
        when(users.describe(RestPort.ROOT, "user_1"))
                .thenReturn(new User("user_1", List.of("admin"), Instant.EPOCH, Instant.EPOCH));

        assertThat(port.post("users/describe", USER)).isEqualTo("{\"code\":0,\"data\":[\"admin\"]}");
    }

    @Test
    void describeWhenThereIsNoSuchUserThenHasNoRoles() {
        when(users.describe(any(), any())).thenThrow(unknown);

        assertThat(port.post("users/describe", USER)).isEqualTo("{\"code\":0,\"data\":[]}");
    }

    @Test
    void describeWhenRefusedForAnotherReasonThenSaysSo() {
        when(users.describe(any(), any())).thenThrow(new ProblemException(Problem.INVALID_USER_NAME, "no name"));

        assertThat(port.post("users/describe", USER)).isEqualTo(RestPort.failure(1100, "no name: invalid parameter"));
    }

    @Test
    void createWhenAskedThenCreatesTheUser() {
        assertThat(port.post("users/create", "{\"userName\":\"user_1\",\"password\":\"P@sswörd\"}"))
                .isEqualTo(RestPort.NOTHING);

        verify(users).create(eq(RestPort.ROOT), eq("user_1"), password("P@sswörd"));
    }

    @Test
    void updatePasswordWhenAskedThenChangesIt() {
        assertThat(port.post("users/update_password", CHANGE)).isEqualTo(RestPort.NOTHING);

        verify(users).changePassword(eq(RestPort.ROOT), eq("user_1"), password("P@ssw0rd"), password("neu"));
    }

    @Test
    void updatePasswordWhenTheCallerIsASuperuserThenNeedsNoOldOne() {
        String body = "{\"userName\":\"user_1\",\"newPassword\":\"neu\"}";

        assertThat(new RestPort(users, RestPort.SUPERUSER).post("users/update_password", body))
                .isEqualTo(RestPort.NOTHING);

        verify(users).changePassword(eq(RestPort.SUPERUSER), eq("user_1"), password(""), password("neu"));
    }

    @Test
    void updatePasswordWhenThereIsNoSuchUserThenOnlyASuperuserIsTold() {
        doThrow(unknown).when(users).changePassword(any(), any(), any(), any());

        assertThat(port.post("users/update_password", CHANGE))
                .isEqualTo(RestPort.failure(1400, "old password not correct for user_1: not authenticated"));
        assertThat(new RestPort(users, RestPort.SUPERUSER).post("users/update_password", CHANGE))
                .isEqualTo(RestPort.failure(65535, "failed to check if update credential: user not found"));
    }

    @Test
    void dropWhenAskedThenDropsTheUser() {
        assertThat(port.post("users/drop", USER)).isEqualTo(RestPort.NOTHING);

        verify(users).drop(RestPort.ROOT, "user_1");
    }

    @Test
    void grantRoleWhenAskedThenTheUserGetsIt() {
        assertThat(port.post("users/grant_role", USER_ROLE)).isEqualTo(RestPort.NOTHING);

        verify(users).grantRole(RestPort.ROOT, "user_1", "admin");
    }

    @Test
    void revokeRoleWhenAskedThenTheUserLosesIt() {
        assertThat(port.post("users/revoke_role", USER_ROLE)).isEqualTo(RestPort.NOTHING);

        verify(users).revokeRole(RestPort.ROOT, "user_1", "admin");
    }

    @Test
    void changeWhenThereIsNoSuchUserThenOnlyGrantingFails() {
        doThrow(unknown).when(users).drop(any(), any());
        doThrow(unknown).when(users).revokeRole(any(), any(), any());
        doThrow(unknown).when(users).grantRole(any(), any(), any());

        assertThat(port.post("users/drop", USER)).isEqualTo(RestPort.NOTHING);
        assertThat(port.post("users/revoke_role", USER_ROLE)).isEqualTo(RestPort.NOTHING);
        assertThat(port.post("users/grant_role", USER_ROLE))
                .isEqualTo(RestPort.failure(
                        65535,
                        "failed to check if operate user role: not found the user, maybe the user isn't existed or"
                                + " internal system error"));
    }

    @ParameterizedTest
    @CsvSource({
        "describe, UserReq.UserName",
        "create, PasswordReq.UserName PasswordReq.Password",
        "update_password, NewPasswordReq.UserName NewPasswordReq.Password NewPasswordReq.NewPassword",
        "drop, UserReq.UserName",
        "grant_role, UserRoleReq.UserName UserRoleReq.RoleName",
        "revoke_role, UserRoleReq.UserName UserRoleReq.RoleName"
    })
    void callWhenFieldsAreMissingThenAllAreNamedAndNothingIsAsked(String call, String fields) {
        String answer = port.post("users/" + call, "{}");

        assertThat(answer).isEqualTo(RestPort.failure(1802, missing(fields)));
        verifyNoInteractions(users);
    }

    @Test
    void updatePasswordWhenASuperuserLeavesFieldsOutThenTheOldPasswordIsNotMissed() {
        assertThat(new RestPort(users, RestPort.SUPERUSER).post("users/update_password", "{}"))
                .isEqualTo(RestPort.failure(1802, missing("NewPasswordReq.UserName NewPasswordReq.NewPassword")));
    }

    private static String missing(String fields) {
        String sentences = List.of(fields.split(" ", -1)).stream()
                .map(field -> "Key: '%s' Error:Field validation for '%s' failed on the 'required' tag"
                        .formatted(field, field.substring(field.indexOf('.') + 1)))
                .reduce((first, second) -> first + "\\n" + second)
                .orElseThrow();
        return "missing required parameters, error: " + sentences;
    }

    private static Password password(String text) {
        return argThat(password -> password != null && password.isSame(Password.of(text)));
    }
}
