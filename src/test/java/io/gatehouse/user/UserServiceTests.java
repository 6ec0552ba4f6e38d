package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.gatehouse.throttle.LoginThrottle;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.PlatformTransactionManager;

/** What each operation does, whom it refuses in which order, and what is told of it. */
class UserServiceTests {

    private static final AtomicInteger NEXT_ADDRESS = new AtomicInteger();
    private static final Password PASSWORD = Password.of("P@ssw0rd");
    private static final Password OTHER = Password.of("An0ther!");

    /** The throttle outlives a test, so each test guesses from a network of its own. */
    private final Client client = new Client(Face.API, "2001:db8:a" + NEXT_ADDRESS.incrementAndGet() + "::1", "id");

    private final Caller root = new ProvenUser("root", Set.of(), false, true, client);
    private final Caller plain = new ProvenUser("user_1", Set.of(), false, false, client);
    private final UserModule module = new UserModule();
    private final UserService users = module.users;

    @Test
    void createWhenAllowedThenTheUserIsThereWithoutRoles() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);

        User created = users.create(root, "user_1", PASSWORD);

        assertThat(created.userName()).isEqualTo("user_1");
        assertThat(created.roles()).isEmpty();
        assertThat(created.createdAt()).isBetween(before, Instant.now());
        assertThat(created.updatedAt()).isEqualTo(created.createdAt());
        assertThat(users.describe(root, "user_1")).isEqualTo(created);
        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
        assertThat(module.told()).containsExactly("changed CREATE_USER by root of user_1");
    }

    @Test
    void createWhenThereIsNoRoomThenIsRefused() {
        module.make("root", "P@ssw0rd");
        var limited = new UserModule.OtherStore(2);
        Operation operation = Operation.of(Action.CREATE_USER, UserModule.ROOT, "user");

        limited.create(operation, "user_1", new PasswordHash("{argon2}hash"));

        assertThatThrownBy(() -> limited.create(operation, "user_2", new PasswordHash("{argon2}hash")))
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.USER_LIMIT_REACHED);
                    assertThat(refusal)
                            .hasMessage("unable to add user because the number of users has reached the limit");
                });
    }

    @Test
    void createWhenRefusedThenThePasswordIsNotJudgedBeforeTheName() {
        assertRefused(
                () -> users.create(plain, "1", Password.of("short")),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not create users");
        assertRefused(
                () -> users.create(root, "1", Password.of("short")),
                Problem.INVALID_USER_NAME,
                "invalid user name 1, the first character must be a letter, but got 1");
        assertRefused(
                () -> users.create(root, "user_1", Password.of("short")),
                Problem.INVALID_PASSWORD,
                "invalid password length [5 out of range 6 <= value <= 256]");

        assertThat(users.names(root)).isEmpty();
        assertThat(module.told())
                .containsExactly(
                        "PERMISSION_DENIED CREATE_USER by user_1 of null",
                        "INVALID_USER_NAME CREATE_USER by root of null",
                        "INVALID_PASSWORD CREATE_USER by root of user_1");
    }

    @Test
    void createWhenTheNameIsTakenThenTheFirstOneStays() {
        module.make("user_1", "P@ssw0rd");

        assertRefused(
                () -> users.create(root, "user_1", OTHER), Problem.USER_ALREADY_EXISTS, "user already exists: user_1");

        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
        assertThat(users.create(root, "User_1", OTHER).userName()).isEqualTo("User_1");
    }

    @Test
    void createWhenAnotherTakesTheNameAtTheSameTimeThenTheFirstOneStays() {
        module.make("user_1", "P@ssw0rd");
        var late = new UserStore(
                UserModule.tooEarly(),
                new UserLimitSettings(32, 0),
                UserModule.bean(Operations.class),
                UserModule.bean(PlatformTransactionManager.class));

        assertRefused(
                () -> late.create(
                        Operation.of(Action.CREATE_USER, root, "user_1"), "user_1", new PasswordHash("{argon2}x")),
                Problem.USER_ALREADY_EXISTS,
                "user already exists: user_1");

        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
        assertThat(module.told()).isEmpty();
    }

    @Test
    void createWhenTheNumberIsLimitedThenTheLastPlaceCanBeTaken() {
        var limited = new UserModule.OtherStore(1);
        Operation operation = Operation.of(Action.CREATE_USER, root, "user_1");

        assertThat(limited.create(operation, "user_1", new PasswordHash("{argon2}x"))
                        .userName())
                .isEqualTo("user_1");
    }

    @Test
    void describeWhenSomebodyElsesThenOnlyAnAdministratorMay() {
        module.make("user_1", "P@ssw0rd", "public", "admin");
        module.make("user_2", "P@ssw0rd");

        assertThat(users.describe(plain, "user_1").roles()).containsExactly("admin", "public");
        assertThat(users.describe(root, "user_2").userName()).isEqualTo("user_2");
        assertRefused(
                () -> users.describe(plain, "user_2"),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not describe other users");
        assertRefused(() -> users.describe(root, "nobody"), Problem.USER_NOT_FOUND, "user not found: nobody");
        assertRefused(() -> users.describe(root, ""), Problem.INVALID_USER_NAME, "username must be not empty");
        assertThat(module.told()).containsExactly("PERMISSION_DENIED DESCRIBE_USER by user_1 of user_2");
    }

    @Test
    void listWhenThereAreMoreThenSaysWhereTheNextPartBegins() {
        Stream.of("a", "b", "c").forEach(name -> module.make(name, "P@ssw0rd"));

        assertThat(names(users.list(root, 2, ""))).containsExactly("a", "b");
        assertThat(users.list(root, 2, "").next()).contains("b");
        assertThat(names(users.list(root, 2, "b"))).containsExactly("c");
        assertThat(users.list(root, 2, "b").next()).isEmpty();
        assertThat(names(users.list(root, 3, ""))).containsExactly("a", "b", "c");
        assertThat(users.list(root, 3, "").next()).isEmpty();
        assertThat(users.list(root, 1, "c").users()).isEmpty();
        assertThat(users.names(root)).containsExactly("a", "b", "c");
        assertThat(module.told()).isEmpty();
    }

    @Test
    void listWhenTheNextPartBeginsAtANameThatIsNotAllowedAnyMoreThenGoesOn() {
        Stream.of("a.b", "a.c", "x".repeat(255)).forEach(name -> module.make(name, "P@ssw0rd"));

        assertThat(users.list(root, 1, "").next()).contains("a.b");
        assertThat(names(users.list(root, 1, "a.b"))).containsExactly("a.c");
        module.users.drop(root, "a.c");
        assertThat(names(users.list(root, 1, "a.c"))).containsExactly("x".repeat(255));
        assertThat(users.list(root, 1, "x".repeat(255)).users()).isEmpty();
        assertRefused(
                () -> users.list(root, 1, "x".repeat(256)),
                Problem.INVALID_USER_NAME,
                "invalid username %s with length 256, the length of username must be less than 32"
                        .formatted("x".repeat(256)));
    }

    @Test
    void listWhenRefusedThenSaysWhy() {
        assertRefused(
                () -> users.list(plain, 1, "1"),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not list users");
        assertRefused(
                () -> users.list(root, 1, "1"),
                Problem.INVALID_USER_NAME,
                "invalid user name 1, the first character must be a letter, but got 1");
        assertRefused(
                () -> users.names(plain), Problem.PERMISSION_DENIED, "permission denied: user_1 may not list users");
        assertThat(module.told())
                .containsExactly(
                        "PERMISSION_DENIED LIST_USERS by user_1 of null",
                        "PERMISSION_DENIED LIST_USERS by user_1 of null");
    }

    @Test
    void changePasswordWhenTheOldOneIsRightThenOnlyTheNewOneLetsIn() {
        module.make("user_1", "P@ssw0rd");

        users.changePassword(plain, "user_1", PASSWORD, OTHER);

        assertThat(module.letsIn("user_1", "An0ther!")).isTrue();
        assertThat(module.letsIn("user_1", "P@ssw0rd")).isFalse();
        assertThat(module.told()).containsExactly("changed CHANGE_PASSWORD by user_1 of user_1");
        User changed = users.describe(root, "user_1");
        assertThat(changed.updatedAt()).isAfter(changed.createdAt());
    }

    @Test
    void changePasswordWhenTheOldOneIsMissingOrWrongThenIsRefused() {
        module.make("user_1", "P@ssw0rd");
        module.make("root", "Milvus");

        assertRefused(
                () -> users.changePassword(plain, "user_1", null, OTHER),
                Problem.OLD_PASSWORD_MISMATCH,
                "the old password of user_1 is needed; only users named in common.security.superUsers need not give"
                        + " it, and for a lost one there is reset-password on the server's machine, or an administrator"
                        + " can drop the user and create it again");
        assertRefused(
                () -> users.changePassword(root, "root", null, OTHER),
                Problem.OLD_PASSWORD_MISMATCH,
                "the old password of root is needed; only users named in common.security.superUsers need not give it,"
                        + " and for a lost one there is reset-password on the server's machine");
        assertRefused(
                () -> users.changePassword(root, "user_1", OTHER, Password.of("Th1rd_one")),
                Problem.OLD_PASSWORD_MISMATCH,
                "old password not correct for user_1");

        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
        assertThat(module.told())
                .containsExactly(
                        "OLD_PASSWORD_MISMATCH CHANGE_PASSWORD by user_1 of user_1",
                        "OLD_PASSWORD_MISMATCH CHANGE_PASSWORD by root of root",
                        "OLD_PASSWORD_MISMATCH CHANGE_PASSWORD by root of user_1");
    }

    @Test
    void changePasswordWhenTheOldOneIsGuessedOftenThenIsThrottledAsALogin() {
        module.make("user_1", "P@ssw0rd");
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> users.changePassword(plain, "user_1", OTHER, Password.of("Th1rd_one")))
                    .hasMessage("old password not correct for user_1");
        }

        assertThatThrownBy(() -> users.changePassword(plain, "user_1", PASSWORD, OTHER))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS));
        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
    }

    @Test
    void changePasswordWhenTheOldOneIsRightAfterWrongOnesThenThoseAreForgotten() {
        module.make("user_1", "P@ssw0rd");

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> users.changePassword(plain, "user_1", OTHER, Password.of("Th1rd_one")))
                        .hasMessage("old password not correct for user_1");
            }
            users.changePassword(plain, "user_1", PASSWORD, OTHER);
            users.changePassword(plain, "user_1", OTHER, PASSWORD);
        }

        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
    }

    @Test
    void changePasswordWhenItIsTheCurrentOneThenIsRefusedWhoeverAsks() {
        module.make("user_1", "P@ssw0rd");
        module.make("super_1", "P@ssw0rd");
        String sentence = "invalid password: it is the current one";

        assertThatThrownBy(() -> users.changePassword(plain, "user_1", PASSWORD, PASSWORD))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.violations())
                                .containsExactly(new Violation("newPassword", "must not be the current password")))
                .hasMessage(sentence);
        // A superuser's old password is not looked at, so it proves nothing
        assertRefused(
                () -> users.changePassword(superuser(), "super_1", OTHER, PASSWORD),
                Problem.INVALID_PASSWORD,
                sentence);
        assertThatCode(() -> users.changePassword(superuser(), "super_1", OTHER, OTHER))
                .doesNotThrowAnyException();
        assertThat(module.letsIn("super_1", "An0ther!")).isTrue();
    }

    @Test
    void changePasswordWhenRefusedThenThePasswordsAreNotJudgedBeforeThePermission() {
        assertRefused(
                () -> users.changePassword(plain, "user_2", null, Password.of("short")),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not change another user's password");
        assertRefused(
                () -> users.changePassword(root, "nobody", PASSWORD, Password.of("short")),
                Problem.INVALID_PASSWORD,
                "invalid password length [5 out of range 6 <= value <= 256]");
        assertRefused(
                () -> users.changePassword(root, "nobody", PASSWORD, OTHER),
                Problem.USER_NOT_FOUND,
                "user not found: nobody");
    }

    @Test
    void changePasswordWhenAnotherChangeComesBetweenThenIsTriedAgain() {
        module.make("user_1", "P@ssw0rd");

        service(new Interrupted(2)).changePassword(plain, "user_1", PASSWORD, OTHER);

        assertThat(module.letsIn("user_1", "An0ther!")).isTrue();
    }

    @Test
    void changePasswordWhenOthersChangeTheUserEachTimeThenGivesUp() {
        module.make("user_1", "P@ssw0rd");

        assertThatThrownBy(() -> service(new Interrupted(3)).changePassword(plain, "user_1", PASSWORD, OTHER))
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.OVERLOADED);
                    assertThat(refusal).hasMessage("the user is being changed by others at the same time");
                });
        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
    }

    @Test
    void changePasswordWhenTheUserIsDroppedAndMadeAnewMeanwhileThenTheNewOneKeepsItsPassword() {
        module.make("user_1", "P@ssw0rd");
        StoredCredential read = module.store.credential("user_1").orElseThrow();
        Operation operation = Operation.of(Action.CHANGE_PASSWORD, root, "user_1");
        module.store.drop(operation, "user_1");
        assertThat(module.store.changePassword(operation, read, new PasswordHash("{argon2}x")))
                .isEmpty();
        module.make("user_1", "An0ther!");

        assertThat(module.store.changePassword(operation, read, new PasswordHash("{argon2}x")))
                .contains(false);

        assertThat(module.letsIn("user_1", "An0ther!")).isTrue();
    }

    @Test
    void changePasswordWhenItIsRootsThenItIsKnownWhetherItIsTheDefaultOne() {
        module.make("root", "P@ssw0rd");
        module.make("user_1", "P@ssw0rd");
        var rootPassword = new RootPassword(module.hasher);
        UserService service = service(module.store, rootPassword);

        service.changePassword(root, "user_1", PASSWORD, Password.of("Milvus"));
        assertThat(rootPassword.health().getDetails()).isEmpty();
        service.changePassword(root, "root", PASSWORD, Password.of("Milvus"));
        assertThat(rootPassword.health().getDetails()).containsEntry("default", true);
        service.changePassword(root, "root", Password.of("Milvus"), OTHER);
        assertThat(rootPassword.health().getDetails()).containsEntry("default", false);
    }

    @Test
    void resetPasswordWhenTheOldOneIsLostThenAnOperatorNeedsNone() {
        module.make("user_1", "P@ssw0rd");
        module.make("root", "P@ssw0rd");
        Caller operator = Caller.operator("id");

        users.resetPassword(operator, "user_1", OTHER);
        users.resetPassword(operator, "root", OTHER);

        assertThat(module.letsIn("user_1", "An0ther!")).isTrue();
        assertThat(module.letsIn("root", "An0ther!")).isTrue();
        assertThat(module.told())
                .containsExactly(
                        "changed CHANGE_PASSWORD by null of user_1", "changed CHANGE_PASSWORD by null of root");
    }

    @Test
    void resetPasswordWhenTheUserIsGoneThenOnlyRootIsMadeAnew() {
        Caller operator = Caller.operator("id");

        users.resetPassword(operator, "root", PASSWORD);

        assertThat(module.letsIn("root", "P@ssw0rd")).isTrue();
        assertThat(module.told()).containsExactly("changed CREATE_USER by null of root");
        assertRefused(
                () -> users.resetPassword(operator, "user_1", PASSWORD),
                Problem.USER_NOT_FOUND,
                "user not found: user_1");
    }

    @Test
    void resetPasswordWhenTheCallerIsNoOperatorThenIsRefused() {
        module.make("user_1", "P@ssw0rd");

        assertRefused(
                () -> users.resetPassword(plain, "user_1", OTHER),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not reset passwords");
        assertRefused(
                () -> users.resetPassword(root, "user_1", OTHER),
                Problem.OLD_PASSWORD_MISMATCH,
                "the old password of user_1 is needed; only users named in common.security.superUsers need not give"
                        + " it, and for a lost one there is reset-password on the server's machine, or an administrator"
                        + " can drop the user and create it again");
        assertThat(module.letsIn("user_1", "P@ssw0rd")).isTrue();
    }

    @Test
    void dropWhenAllowedThenTheUserIsGoneWithItsRoles() {
        module.make("user_1", "P@ssw0rd", "admin");

        users.drop(root, "user_1");

        assertThat(users.names(root)).isEmpty();
        assertThat(users.members(root, "admin")).isEmpty();
        assertThat(module.told()).containsExactly("changed DROP_USER by root of user_1");
    }

    @Test
    void dropWhenRefusedThenSaysWhyAndTellsOfIt() {
        module.make("user_1", "P@ssw0rd");

        assertRefused(
                () -> users.drop(plain, "user_1"),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not drop users");
        assertRefused(() -> users.drop(root, "root"), Problem.ROOT_PROTECTED, "root user cannot be deleted");
        assertRefused(() -> users.drop(root, "nobody"), Problem.USER_NOT_FOUND, "user not found: nobody");
        // Such a name is not even looked up: PostgreSQL refuses a NUL
        assertRefused(() -> users.drop(root, "a\u0000"), Problem.USER_NOT_FOUND, "user not found: a\u0000");
        assertThat(users.names(root)).containsExactly("user_1");
        assertThat(module.told())
                .containsExactly(
                        "PERMISSION_DENIED DROP_USER by user_1 of user_1",
                        "ROOT_PROTECTED DROP_USER by root of root",
                        "USER_NOT_FOUND DROP_USER by root of nobody",
                        "USER_NOT_FOUND DROP_USER by root of null");
    }

    @Test
    void grantRoleWhenGrantedAgainThenNothingChangesAndNothingIsTold() {
        module.make("user_1", "P@ssw0rd");
        long version = version("user_1");

        users.grantRole(root, "user_1", "admin");
        assertThat(users.members(root, "admin")).containsExactly("user_1");
        assertThat(version("user_1")).isEqualTo(version + 1);
        assertThat(module.told()).containsExactly("changed GRANT_ROLE by root of user_1 admin");
        users.grantRole(root, "user_1", "admin");

        assertThat(version("user_1")).isEqualTo(version + 1);
        assertThat(module.told()).isEmpty();
    }

    @Test
    void revokeRoleWhenRevokedAgainThenNothingChangesAndNothingIsTold() {
        module.make("user_1", "P@ssw0rd", "admin", "public");
        long version = version("user_1");

        users.revokeRole(root, "user_1", "admin");
        assertThat(users.describe(root, "user_1").roles()).containsExactly("public");
        assertThat(version("user_1")).isEqualTo(version + 1);
        assertThat(module.told()).containsExactly("changed REVOKE_ROLE by root of user_1 admin");
        users.revokeRole(root, "user_1", "admin");

        assertThat(version("user_1")).isEqualTo(version + 1);
        assertThat(module.told()).isEmpty();
    }

    @Test
    void grantRoleWhenItIsRootThenChangesNothing() {
        module.make("root", "P@ssw0rd");

        users.grantRole(root, "root", "admin");

        assertThat(users.members(root, "admin")).isEmpty();
        assertThat(module.told()).isEmpty();
    }

    interface RoleChange {

        void by(UserService users, Caller caller, String userName, String roleName);
    }

    static Stream<Arguments> roleChanges() {
        return Stream.of(
                Arguments.of("GRANT_ROLE", (RoleChange) UserService::grantRole),
                Arguments.of("REVOKE_ROLE", (RoleChange) UserService::revokeRole));
    }

    @ParameterizedTest
    @MethodSource("roleChanges")
    void changeRolesWhenRefusedThenPermissionComesFirstThenTheNamesThenWhetherTheyAreThere(
            String action, RoleChange change) {
        assertRefused(
                () -> change.by(users, plain, "1", "?"),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not grant and revoke roles");
        assertRefused(() -> change.by(users, root, "", "?"), Problem.INVALID_USER_NAME, "username must be not empty");
        assertRefused(
                () -> change.by(users, root, "user_1", "?"),
                Problem.INVALID_ROLE_NAME,
                "role name should have at most 32 letters, digits and underscores and begin with a letter");
        assertRefused(() -> change.by(users, root, "user_1", "owner"), Problem.ROLE_NOT_FOUND, "role not found: owner");
        assertRefused(
                () -> change.by(users, root, "user_1", "admin"), Problem.USER_NOT_FOUND, "user not found: user_1");
        assertThat(module.told())
                .containsExactly(
                        "PERMISSION_DENIED " + action + " by user_1 of null",
                        "INVALID_USER_NAME " + action + " by root of null",
                        "INVALID_ROLE_NAME " + action + " by root of user_1",
                        "ROLE_NOT_FOUND " + action + " by root of user_1",
                        "USER_NOT_FOUND " + action + " by root of user_1 admin");
    }

    @Test
    void rolesWhenAskedForThenAreThoseThatMilvusHasFromTheStart() {
        assertThat(users.roles(root)).containsExactly("admin", "public");
        assertRefused(
                () -> users.roles(plain), Problem.PERMISSION_DENIED, "permission denied: user_1 may not list roles");
        assertThat(module.told()).containsExactly("PERMISSION_DENIED LIST_ROLES by user_1 of null");
    }

    @Test
    void membersWhenAskedForThenAreThoseWhoHaveTheRole() {
        module.make("b", "P@ssw0rd", "admin");
        module.make("a", "P@ssw0rd", "admin", "public");
        module.make("c", "P@ssw0rd");

        assertThat(users.members(root, "admin")).containsExactly("a", "b");
        assertThat(users.members(root, "public")).containsExactly("a");
        assertRefused(
                () -> users.members(plain, "?"),
                Problem.PERMISSION_DENIED,
                "permission denied: user_1 may not list roles");
        assertRefused(
                () -> users.members(root, ""),
                Problem.INVALID_ROLE_NAME,
                "role name should be not empty [expected=not empty][actual=]");
        assertRefused(() -> users.members(root, "owner"), Problem.ROLE_NOT_FOUND, "role not found: owner");
        assertThat(module.told()).containsExactly("PERMISSION_DENIED DESCRIBE_ROLE by user_1 of null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "absent"})
    void anythingWhenTheDatabaseFailsThenSaysThatItDoesNotAnswer(String table) {
        module.jdbc.execute("alter table users rename to users_" + table);
        try {
            assertRefused(() -> users.names(root), Problem.STORAGE_UNAVAILABLE, "the database does not answer");
            assertRefused(
                    () -> users.create(root, "user_1", PASSWORD),
                    Problem.STORAGE_UNAVAILABLE,
                    "the database does not answer");
        } finally {
            module.jdbc.execute("alter table users_" + table + " rename to users");
        }
        assertThat(module.told()).containsExactly("STORAGE_UNAVAILABLE CREATE_USER by root of user_1");
    }

    private Caller superuser() {
        return new ProvenUser("super_1", Set.of(), true, false, client);
    }

    private long version(String userName) {
        return module.store.credential(userName).orElseThrow().credentialVersion();
    }

    private static List<String> names(UserPage page) {
        return page.users().stream().map(User::userName).toList();
    }

    private UserService service(UserStore store) {
        return service(store, new RootPassword(module.hasher));
    }

    private UserService service(UserStore store, RootPassword rootPassword) {
        return new UserService(
                UserModule.bean(UserNamePolicy.class),
                UserModule.bean(PasswordPolicy.class),
                module.hasher,
                UserModule.bean(LoginThrottle.class),
                store,
                rootPassword,
                UserModule.bean(Operations.class));
    }

    /** A store in which somebody else changes the user so often between being read and being changed. */
    private final class Interrupted extends UserModule.OtherStore {

        private int left;

        private Interrupted(int times) {
            super(0);
            this.left = times;
        }

        @Override
        Optional<Boolean> changePassword(Operation operation, StoredCredential read, PasswordHash newHash) {
            if (left > 0) {
                left--;
                module.jdbc.update("update users set credential_version = credential_version + 1");
            }
            return super.changePassword(operation, read, newHash);
        }
    }

    private static void assertRefused(ThrowingCallable operation, Problem problem, String message) {
        assertThatThrownBy(operation).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal.problem()).isEqualTo(problem);
            assertThat(refusal).hasMessage(message);
        });
    }
}
