package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Operations;
import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.user.User;
import io.gatehouse.user.UserNamePolicy;
import io.gatehouse.user.UserPage;
import io.gatehouse.user.UserService;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.DeleteCredentialRequest;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectUserRequest;
import io.milvus.grpc.SelectUserResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpdateCredentialRequest;
import io.milvus.grpc.UserEntity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialRpcsTests {

    private static final Status SUCCESS = Status.getDefaultInstance();
    private final ProblemException unknown = new ProblemException(Problem.USER_NOT_FOUND, "no such user");
    private final ProblemException noDatabase =
            new ProblemException(Problem.STORAGE_UNAVAILABLE, "the database does not answer");

    private final UserService users = mock(UserService.class);
    private final UserNamePolicy names = mock(UserNamePolicy.class);
    private final GrpcPort port = TestRpcs.port(new CredentialRpcs(new Operations(event -> {}), names, users));

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void createWhenThePasswordIsBase64ThenIsTheUsers() {
        List<Password> given = new ArrayList<>();
        when(users.create(caller("root"), eq("user_1"), any())).thenAnswer(asked -> {
            given.add(asked.getArgument(2));
            return user("user_1");
        });

        Status status = create(Http.base64("P@sswörd"));

        assertThat(status).isEqualTo(SUCCESS);
        assertThat(given)
                .singleElement()
                .satisfies(password ->
                        assertThat(password.isSame(Password.of("P@sswörd"))).isTrue());
    }

    @ParameterizedTest
    @CsvSource({"plain, illegal base64 data at input byte 4", "//7/, the password is not UTF-8"})
    void createWhenThePasswordIsNoTextInBase64ThenSaysWhy(String encoded, String fault) {
        Status status = create(encoded);

        assertThat(status.getCode()).isEqualTo(65535);
        assertThat(status.getReason()).isEqualTo("decode password fail: " + fault);
    }

    @Test
    void createWhenTheNameIsRefusedThenTheEncodingIsNotJudged() {
        doThrow(new ProblemException(Problem.INVALID_USER_NAME, "no name"))
                .when(names)
                .check("user_1");

        assertThat(create("plain").getReason()).isEqualTo("no name: invalid parameter");
    }

    @Test
    void createWhenRefusedThenTheReplySaysSo() {
        when(users.create(any(), any(), any()))
                .thenThrow(new ProblemException(Problem.USER_ALREADY_EXISTS, "user already exists: user_1"));

        assertThat(create("").getReason()).isEqualTo("user already exists: user_1");
    }

    @Test
    void updateWhenBothPasswordsAreBase64ThenAreTheOldAndTheNewOne() {
        List<Password> given = new ArrayList<>();
        doAnswer(asked -> given.addAll(List.of(asked.getArgument(2), asked.getArgument(3))))
                .when(users)
                .changePassword(caller("root"), eq("user_1"), any(), any());

        Status status = update("root", Http.base64("old"), Http.base64("new"));

        assertThat(status).isEqualTo(SUCCESS);
        assertThat(given).hasSize(2);
        assertThat(given.get(0).isSame(Password.of("old"))).isTrue();
        assertThat(given.get(1).isSame(Password.of("new"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"!, YQ==, decode old password failed", "YQ==, !, decode password failed"})
    void updateWhenAPasswordIsNotBase64ThenSaysWhich(String oldPassword, String newPassword, String failure) {
        assertThat(update("root", oldPassword, newPassword).getReason())
                .isEqualTo(failure + ": illegal base64 data at input byte 0");
    }

    @ParameterizedTest
    @CsvSource({
        "root, old password not correct for user_1: not authenticated",
        "super, failed to check if update credential: user not found"
    })
    void updateWhenThereIsNoSuchUserThenOnlyASuperuserIsTold(String caller, String reason) {
        doThrow(unknown).when(users).changePassword(any(), any(), any(), any());

        assertThat(update(caller, "", "").getReason()).isEqualTo(reason);
    }

    @Test
    void deleteWhenAskedThenDropsTheUser() {
        assertThat(delete("user_1")).isEqualTo(SUCCESS);

        verify(users).drop(caller("root"), eq("user_1"));
    }

    @Test
    void deleteWhenThereIsNoSuchUserThenIsDoneUnlessNobodyIsNamed() {
        doThrow(unknown).when(users).drop(any(), any());

        assertThat(delete("user_1")).isEqualTo(SUCCESS);
        assertThat(delete("").getReason()).isEqualTo("failed to check if delete credential: username is empty");
    }

    @Test
    void deleteWhenRefusedThenTheReplySaysSo() {
        doThrow(new ProblemException(Problem.SELF_DROP, "nobody drops itself"))
                .when(users)
                .drop(any(), any());

        assertThat(delete("root").getReason()).isEqualTo("nobody drops itself: privilege not permitted");
    }

    @Test
    void listWhenAskedThenHasAllNames() {
        when(users.names(caller("root"))).thenReturn(Stream.of("root", "user_1"));

        var reply = port.stub().listCredUsers(ListCredUsersRequest.getDefaultInstance());

        assertThat(reply.getStatus()).isEqualTo(SUCCESS);
        assertThat(reply.getUsernamesList()).containsExactly("root", "user_1");
    }

    @Test
    void readingWhenTheDatabaseFailsThenTheReplySaysSo() {
        when(users.names(any())).thenThrow(noDatabase);
        when(users.list(any(), anyInt(), any())).thenThrow(noDatabase);
        when(users.describe(any(), any())).thenThrow(noDatabase);

        assertThat(List.of(
                        port.stub()
                                .listCredUsers(ListCredUsersRequest.getDefaultInstance())
                                .getStatus(),
                        port.stub()
                                .selectUser(SelectUserRequest.getDefaultInstance())
                                .getStatus(),
                        select("user_1", true).getStatus()))
                .extracting(Status::getReason)
                .containsOnly("the database does not answer: service unavailable");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void selectWhenAUserIsNamedThenHasItsRolesIfTheyAreAskedFor(boolean withRoles) {
        when(users.describe(caller("root"), eq("user_1"))).thenReturn(user("user_1", "admin", "public"));

        SelectUserResponse reply = select("user_1", withRoles);

        assertThat(reply.getStatus()).isEqualTo(SUCCESS);
        assertThat(reply.getResultsList()).singleElement().satisfies(result -> {
            assertThat(result.getUser().getName()).isEqualTo("user_1");
            assertThat(result.getRolesList())
                    .extracting(RoleEntity::getName)
                    .containsExactlyElementsOf(withRoles ? List.of("admin", "public") : List.of());
        });
    }

    @Test
    void selectWhenThereIsNoSuchUserThenFindsNothing() {
        when(users.describe(any(), any())).thenThrow(unknown);

        assertThat(select("user_1", true))
                .isEqualTo(SelectUserResponse.newBuilder().setStatus(SUCCESS).build());
    }

    @Test
    void selectWhenNobodyIsNamedThenHasAllUsersHoweverManyPagesTheyAre() {
        when(users.list(caller("root"), eq(1000), eq("")))
                .thenReturn(new UserPage(List.of(user("a"), user("b")), Optional.of("b")));
        when(users.list(caller("root"), eq(1000), eq("b")))
                .thenReturn(new UserPage(List.of(user("c")), Optional.empty()));

        var reply = port.stub().selectUser(SelectUserRequest.getDefaultInstance());

        assertThat(reply.getResultsList())
                .extracting(result -> result.getUser().getName())
                .containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @CsvSource({
        "CreateCredential, PrivilegeCreateOwnership",
        "UpdateCredential, PrivilegeUpdateUser",
        "DeleteCredential, PrivilegeDropOwnership",
        "ListCredUsers, PrivilegeSelectOwnership",
        "SelectUser, PrivilegeSelectUser"
    })
    void callWhenDeniedThenNamesThePrivilegeOfTheMethod(String method, String privilege) {
        var denied = new ProblemException(Problem.PERMISSION_DENIED, "permission denied");
        when(users.create(any(), any(), any())).thenThrow(denied);
        doThrow(denied).when(users).changePassword(any(), any(), any(), any());
        doThrow(denied).when(users).drop(any(), any());
        when(users.names(any())).thenThrow(denied);
        when(users.list(any(), anyInt(), any())).thenThrow(denied);

        assertThatThrownBy(() -> Grpc.call(
                        port.channel(),
                        "milvus.proto.milvus.MilvusService/" + method,
                        Grpc.metadata("user_1:Milvus"),
                        new byte[0]))
                .hasMessage("PERMISSION_DENIED: %s: permission deny to user_1 in the `default` database"
                        .formatted(privilege));
    }

    private Status create(String password) {
        return port.stub()
                .createCredential(CreateCredentialRequest.newBuilder()
                        .setUsername("user_1")
                        .setPassword(password)
                        .build());
    }

    private Status update(String caller, String oldPassword, String newPassword) {
        return port.stub(Grpc.metadata(caller + ":Milvus"))
                .updateCredential(UpdateCredentialRequest.newBuilder()
                        .setUsername("user_1")
                        .setOldPassword(oldPassword)
                        .setNewPassword(newPassword)
                        .build());
    }

    private Status delete(String userName) {
        return port.stub()
                .deleteCredential(DeleteCredentialRequest.newBuilder()
                        .setUsername(userName)
                        .build());
    }

    private SelectUserResponse select(String userName, boolean withRoles) {
        return port.stub()
                .selectUser(SelectUserRequest.newBuilder()
                        .setUser(UserEntity.newBuilder().setName(userName))
                        .setIncludeRoleInfo(withRoles)
                        .build());
    }

    private static User user(String name, String... roles) {
        return new User(name, List.of(roles), Instant.EPOCH, Instant.EPOCH);
    }

    private static Caller caller(String name) {
        return argThat(caller -> caller != null && caller.is(name));
    }
}
