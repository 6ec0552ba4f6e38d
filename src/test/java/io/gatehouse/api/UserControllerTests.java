package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.api.ApiPort.Answer;
import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.User;
import io.gatehouse.user.UserPage;
import io.gatehouse.user.UserService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;

class UserControllerTests {

    private static final String USERS = "/api/v1/users";
    private static final String USER = USERS + "/user_1";
    private static final Instant CREATED = Instant.parse("2026-11-24T09:30:00.123456Z");
    private static final Instant UPDATED = Instant.parse("2026-11-25T00:00:00Z");
    private static final String USER_JSON =
            "{\"userName\":\"user_1\",\"roles\":[\"admin\"],\"administrator\":true,\"createdAt\":\"2026-11-24T09:30:00.123456Z\","
                    + "\"updatedAt\":\"2026-11-25T00:00:00Z\"}";

    private final UserService users = mock(UserService.class);
    private final ApiPort port = new ApiPort(users);

    @Test
    void createWhenAskedThenTheAnswerIsTheUserAndItsPath() {
        when(users.create(eq(ApiPort.ROOT), eq("user_1"), password("P@sswörd"))).thenReturn(user("user_1"));

        Answer answer = port.send(HttpMethod.POST, USERS, "{\"userName\":\"user_1\",\"password\":\"P@sswörd\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.response().getHeader("Location")).isEqualTo(USER);
        assertThat(answer.response().getContentType()).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo(USER_JSON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"userName\":\"user_1\",\"password\":123456}|a value of another type is expected: password",
                "{\"userName\":\"user_1\",\"pasword\":\"canary\"}|unknown field: pasword",
                "{\"userName\":\"a\",\"userName\":\"b\",\"password\":\"x\"}|not valid JSON at line 1, column 27",
                "{\"userName\":\"a\",\"password\":\"x\"} more|not valid JSON at line 1, column 33",
                "[]|a JSON object is expected"
            })
    void createWhenTheBodyIsNoNewUserThenSaysWhereAndAsksNothing(String body, String detail) {
        Answer answer = port.send(HttpMethod.POST, USERS, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text())
                .startsWith("{\"type\":\"/problems/malformed-request\",\"title\":\"Malformed request\",\"status\":400,"
                        + "\"detail\":\"" + detail + "\"");
        verifyNoInteractions(users);
    }

    @Test
    void createWhenFieldsAreMissingThenNamesThem() {
        Answer answer = port.send(HttpMethod.POST, USERS, "{}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text())
                .contains("\"detail\":\"a field is missing or out of range\"")
                .contains("{\"field\":\"userName\",\"message\":\"is required\"}")
                .contains("{\"field\":\"password\",\"message\":\"is required\"}");
        verifyNoInteractions(users);
    }

    @Test
    void listWhenThereIsAnotherPageThenSaysHowToGetIt() {
        when(users.list(ApiPort.ROOT, 2, "a")).thenReturn(new UserPage(List.of(user("user_1")), Optional.of("user_1")));

        Answer answer = port.get(USERS + "?limit=2&after=a");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"users\":[" + USER_JSON + "],\"next\":\"user_1\"}");
    }

    @Test
    void listWhenNothingElseIsSaidThenHasAHundredFromTheBeginning() {
        when(users.list(ApiPort.ROOT, 100, "")).thenReturn(new UserPage(List.of(), Optional.empty()));

        assertThat(port.get(USERS).text()).isEqualTo("{\"users\":[]}");
    }

    @Test
    void listWhenTheLimitIsOutOfRangeThenIsRefused() {
        Answer answer = port.get(USERS + "?limit=0");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("limit out of range [0 out of range 1 <= value <= 1000]");
        verifyNoInteractions(users);
    }

    @Test
    void describeWhenThereIsSuchAUserThenIsThatUser() {
        when(users.describe(ApiPort.ROOT, "user_1")).thenReturn(user("user_1"));

        assertThat(port.get(USER).text()).isEqualTo(USER_JSON);
    }

    @ParameterizedTest
    @CsvSource({"root, '', true", "user_1, admin, true", "user_1, public, false", "user_1, '', false"})
    void listAndDescribeWhenTheUserIsRootOrHasTheRoleAdminThenSayThatItIsAnAdministrator(
            String name, String role, boolean administrator) {
        var user = new User(name, role.isEmpty() ? List.of() : List.of(role), CREATED, UPDATED);
        when(users.describe(ApiPort.ROOT, name)).thenReturn(user);
        when(users.list(ApiPort.ROOT, 100, "")).thenReturn(new UserPage(List.of(user), Optional.empty()));

        assertThat(port.get(USERS + "/" + name).text()).contains("\"administrator\":" + administrator + ",");
        assertThat(port.get(USERS).text()).contains("\"administrator\":" + administrator + ",");
    }

    @Test
    void describeWhenRefusedThenIsAProblemDocument() {
        when(users.describe(any(), any()))
                .thenThrow(new ProblemException(Problem.USER_NOT_FOUND, "user not found: user_1"));

        Answer answer = port.get(USER);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.response().getContentType()).isEqualTo("application/problem+json");
        assertThat(answer.text())
                .isEqualTo("{\"type\":\"/problems/user-not-found\",\"title\":\"User not found\",\"status\":404,"
                        + "\"detail\":\"user not found: user_1\",\"instance\":\"/api/v1/users/user_1\",\"requestId\":\""
                        + answer.response().getHeader("X-Request-Id") + "\"}");
    }

    @Test
    void changePasswordWhenAskedThenChangesIt() {
        Answer answer =
                port.send(HttpMethod.PUT, USER + "/password", "{\"oldPassword\":\"alt\",\"newPassword\":\"neu\"}");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        verify(users).changePassword(eq(ApiPort.ROOT), eq("user_1"), password("alt"), password("neu"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"newPassword\":\"neu\"}", "{\"oldPassword\":null,\"newPassword\":\"neu\"}"})
    void changePasswordWhenTheOldOneIsLeftOutThenWhetherItIsNeededIsNotDecidedHere(String body) {
        assertThat(port.send(HttpMethod.PUT, USER + "/password", body).status()).isEqualTo(204);

        verify(users).changePassword(eq(ApiPort.ROOT), eq("user_1"), isNull(), password("neu"));
    }

    @Test
    void changePasswordWhenTheNewOneIsMissingThenIsRefused() {
        Answer answer = port.send(HttpMethod.PUT, USER + "/password", "{\"oldPassword\":\"alt\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("\"errors\":[{\"field\":\"newPassword\",\"message\":\"is required\"}]");
        verifyNoInteractions(users);
    }

    @Test
    void dropWhenAskedThenDropsTheUser() {
        assertThat(port.send(HttpMethod.DELETE, USER, "").status()).isEqualTo(204);

        verify(users).drop(ApiPort.ROOT, "user_1");
    }

    @Test
    void grantRoleWhenAskedThenTheUserGetsIt() {
        assertThat(port.send(HttpMethod.PUT, USER + "/roles/admin", "").status())
                .isEqualTo(204);

        verify(users).grantRole(ApiPort.ROOT, "user_1", "admin");
    }

    @Test
    void revokeRoleWhenAskedThenTheUserLosesIt() {
        assertThat(port.send(HttpMethod.DELETE, USER + "/roles/admin", "").status())
                .isEqualTo(204);

        verify(users).revokeRole(ApiPort.ROOT, "user_1", "admin");
    }

    @Test
    void listWhenDeniedThenSaysSo() {
        when(users.list(any(), anyInt(), any()))
                .thenThrow(new ProblemException(Problem.PERMISSION_DENIED, "permission denied"));

        assertThat(port.get(USERS).status()).isEqualTo(403);
    }

    private static User user(String name) {
        return new User(name, List.of("admin"), CREATED, UPDATED);
    }

    private static Password password(String text) {
        return argThat((Password password) -> password != null && password.isSame(Password.of(text)));
    }
}
