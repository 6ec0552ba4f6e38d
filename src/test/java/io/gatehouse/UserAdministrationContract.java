package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.Face.Outcome;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of the seed document (Milvus 2.4, "Authenticate User Access"), numbered as in {@code docs/rules.md}. Every face keeps all
 * of them, on every database.
 */
abstract class UserAdministrationContract {

    private static final String ROOT = "root:Milvus";
    private static final AtomicInteger NEXT = new AtomicInteger();

    private static final Path OFF = file("milvus.yaml", "common:\n  security:\n    authorizationEnabled: false\n");
    private static final Path ON = file("values.yaml", """
            extraConfigFiles:
              user.yaml: |+
                common:
                  security:
                    authorizationEnabled: true
            """);

    private final TestDatabase database;
    private final Function<GatehouseServer, Face> faceOf;
    private final Face face;

    UserAdministrationContract(TestDatabase database, Function<GatehouseServer, Face> faceOf) {
        this.database = database;
        this.faceOf = faceOf;
        this.face = faceOf.apply(GatehouseServer.shared(database));
    }

    @Test
    void s1LogInWhenTurnedOffInMilvusYamlThenNoTokenIsNeeded() {
        Face open = faceOf.apply(GatehouseServer.shared(database, "gatehouse.milvus-config=" + OFF));
        String user = unusedName();

        assertSuccess(open.logIn("nobody:wrong"));
        assertSuccess(open.create("nobody:wrong", user, "P@ssw0rd"));
        assertThat(open.list("nobody:wrong").names()).contains("root", user);
        assertRefused(open.changePassword("nobody:wrong", user, "wrong", "P@ssw0rd123"), Problem.OLD_PASSWORD_MISMATCH);
    }

    @Test
    void s1LogInWhenTurnedOnInHelmValuesThenTokenIsNeeded() {
        Face closed =
                faceOf.apply(GatehouseServer.shared(database, "gatehouse.milvus-config=%s,%s".formatted(OFF, ON)));

        assertRefused(closed.logIn("nobody:wrong"), Problem.UNAUTHENTICATED);
        assertSuccess(closed.logIn(ROOT));
    }

    /** Nobody changes root's password on the shared server. */
    @Test
    void s2LogInAsRootWhenFirstStartedThenPasswordIsMilvus() {
        assertSuccess(face.logIn("root:Milvus"));
        assertRefused(face.logIn("root:milvus"), Problem.UNAUTHENTICATED);
    }

    @Test
    void s2LogInAsRootWhenConfiguredOtherwiseThenPasswordIsThat() {
        Face fresh = faceOf.apply(GatehouseServer.shared(database, "common.security.defaultRootPassword=another one"));

        assertSuccess(fresh.logIn("root:another one"));
        assertRefused(fresh.logIn("root:Milvus"), Problem.UNAUTHENTICATED);
    }

    @Test
    void s3LogInWhenTokenIsNotValidThenRefused() {
        String user = created("P@ssw0rd");

        assertSuccess(face.logIn(user + ":P@ssw0rd"));
        assertRefused(face.logIn(user + ":P@ssw0rD"), Problem.UNAUTHENTICATED);
        assertRefused(face.logIn(user + ":P@ssw0rd:"), Problem.UNAUTHENTICATED);
        assertRefused(face.logIn(user + ":"), Problem.UNAUTHENTICATED);
        assertRefused(face.logIn("nobody:P@ssw0rd"), Problem.UNAUTHENTICATED);
        assertRefused(face.logIn(":P@ssw0rd"), Problem.UNAUTHENTICATED);
    }

    @Test
    void s4DescribeUserWhenCreatedThenHasNoRoles() {
        String user = unusedName();

        Outcome created = face.create(ROOT, user, "P@ssw0rd");

        assertSuccess(created);
        assertThat(face.describe(ROOT, user)).isEqualTo(new Outcome(Optional.empty(), List.of()));
    }

    @Test
    void s4CreateUserWhenNameIsTakenThenRefusedAndNothingChanges() {
        String user = created("P@ssw0rd");

        Outcome again = face.create(ROOT, user, "An0ther one");

        assertRefused(again, Problem.USER_ALREADY_EXISTS);
        assertSuccess(face.logIn(user + ":P@ssw0rd"));
        assertRefused(face.logIn(user + ":An0ther one"), Problem.UNAUTHENTICATED);
    }

    @Test
    void s4CreateUserWhenCaseDiffersThenIsAnotherUser() {
        String user = created("P@ssw0rd");

        assertSuccess(face.create(ROOT, user.toUpperCase(Locale.ROOT), "P@ssw0rd"));
    }

    @Test
    void s5LogInWhenJustCreatedThenSucceedsAtOnce() {
        String user = created("P@ssw0rd");

        assertSuccess(face.logIn(user + ":P@ssw0rd"));
        assertRefused(face.create(user + ":P@ssw0rd", unusedName(), "P@ssw0rd"), Problem.PERMISSION_DENIED);
        assertRefused(face.list(user + ":P@ssw0rd"), Problem.PERMISSION_DENIED);
        assertRefused(face.describe(user + ":P@ssw0rd", "root"), Problem.PERMISSION_DENIED);
    }

    @Test
    void s6UpdatePasswordWhenOldOneIsRightThenOldTokenIsDeadAtOnce() {
        String user = created("P@ssw0rd");
        assertSuccess(face.logIn(user + ":P@ssw0rd"));

        Outcome changed = face.changePassword(user + ":P@ssw0rd", user, "P@ssw0rd", "P@ssw0rd123");

        assertSuccess(changed);
        assertRefused(face.logIn(user + ":P@ssw0rd"), Problem.UNAUTHENTICATED);
        assertSuccess(face.logIn(user + ":P@ssw0rd123"));
    }

    @Test
    void s6UpdatePasswordWhenOldOneIsWrongThenRefusedAndNothingChanges() {
        String user = created("P@ssw0rd");

        assertRefused(
                face.changePassword(user + ":P@ssw0rd", user, "wrong one", "P@ssw0rd123"),
                Problem.OLD_PASSWORD_MISMATCH);
        assertRefused(face.changePassword(ROOT, user, "wrong one", "P@ssw0rd123"), Problem.OLD_PASSWORD_MISMATCH);
        assertSuccess(face.logIn(user + ":P@ssw0rd"));
    }

    @Test
    void s6UpdatePasswordWhenUserIsAnotherThenOnlyAdministratorsMay() {
        String user = created("P@ssw0rd");
        String other = created("P@ssw0rd");

        assertRefused(
                face.changePassword(other + ":P@ssw0rd", user, "P@ssw0rd", "P@ssw0rd123"), Problem.PERMISSION_DENIED);
        assertSuccess(face.changePassword(ROOT, user, "P@ssw0rd", "P@ssw0rd123"));
        assertSuccess(face.logIn(user + ":P@ssw0rd123"));
    }

    @Test
    void s6UpdatePasswordWhenNewOneIsTheOldOneThenSucceeds() {
        String user = created("P@ssw0rd");

        assertSuccess(face.changePassword(user + ":P@ssw0rd", user, "P@ssw0rd", "P@ssw0rd"));
        assertSuccess(face.logIn(user + ":P@ssw0rd"));
    }

    @Test
    void s7UpdatePasswordWhenNobodyIsSuperuserThenEverybodyGivesTheOldOne() {
        String user = created("P@ssw0rd");

        assertRefused(
                face.changePassword(user + ":P@ssw0rd", user, null, "P@ssw0rd123"), Problem.OLD_PASSWORD_MISMATCH);
        assertRefused(face.changePassword(ROOT, user, null, "P@ssw0rd123"), Problem.OLD_PASSWORD_MISMATCH);
        assertSuccess(face.logIn(user + ":P@ssw0rd"));
    }

    @Test
    void s7UpdatePasswordWhenCallerIsSuperuserThenNeedsNoOldOne() {
        Face withSuperUsers = faceOf.apply(superUserServer());
        String user = unusedName();
        assertSuccess(withSuperUsers.create(ROOT, user, "P@ssw0rd"));

        assertSuccess(withSuperUsers.changePassword(ROOT, user, null, "P@ssw0rd123"));
        assertSuccess(withSuperUsers.logIn(user + ":P@ssw0rd123"));
        assertRefused(
                withSuperUsers.changePassword(user + ":P@ssw0rd123", user, null, "P@ssw0rd"),
                Problem.OLD_PASSWORD_MISMATCH);
        assertRefused(withSuperUsers.changePassword(ROOT, unusedName(), null, "P@ssw0rd"), Problem.USER_NOT_FOUND);
    }

    @Test
    void s7UpdatePasswordWhenSuperuserIsNoAdministratorThenOnlyItsOwn() {
        Face withSuperUsers = faceOf.apply(superUserServer());
        String user = unusedName();
        assertSuccess(withSuperUsers.create(ROOT, user, "P@ssw0rd"));
        assertSuccess(withSuperUsers.create(ROOT, "foo", "P@ssw0rd"));

        assertSuccess(withSuperUsers.changePassword("foo:P@ssw0rd", "foo", null, "P@ssw0rd123"));
        assertRefused(
                withSuperUsers.changePassword("foo:P@ssw0rd123", user, null, "P@ssw0rd123"), Problem.PERMISSION_DENIED);
        assertRefused(withSuperUsers.list("foo:P@ssw0rd123"), Problem.PERMISSION_DENIED);
        // Milvus once let superusers in with any password
        assertRefused(withSuperUsers.logIn("foo:anything"), Problem.UNAUTHENTICATED);
        assertSuccess(withSuperUsers.drop(ROOT, "foo"));
    }

    @Test
    void s8DropUserWhenAdministratorDropsAnotherThenItsTokenIsDeadAtOnce() {
        String user = created("P@ssw0rd");
        assertSuccess(face.logIn(user + ":P@ssw0rd"));

        assertSuccess(face.drop(ROOT, user));

        assertRefused(face.logIn(user + ":P@ssw0rd"), Problem.UNAUTHENTICATED);
        assertThat(face.list(ROOT).names()).doesNotContain(user);
        assertThat(face.drop(ROOT, user).refusal()).isEqualTo(face.dropOfUnknownUser());
    }

    @Test
    void s8DropUserWhenItIsOneselfThenRefused() {
        String plain = created("P@ssw0rd");
        String administrator = created("P@ssw0rd");
        assertSuccess(face.grantRole(ROOT, administrator, "admin"));

        assertRefused(face.drop(plain + ":P@ssw0rd", plain), Problem.PERMISSION_DENIED);
        assertRefused(face.drop(administrator + ":P@ssw0rd", administrator), Problem.SELF_DROP);
        assertRefused(face.drop(ROOT, "root"), Problem.ROOT_PROTECTED);
        assertRefused(face.drop(administrator + ":P@ssw0rd", "root"), Problem.ROOT_PROTECTED);
        assertThat(face.list(ROOT).names()).contains("root", plain, administrator);
    }

    @Test
    void s9ListUsersWhenAskedByAdministratorThenByName() {
        String second = created("P@ssw0rd");
        String first = "A" + created("P@ssw0rd");
        assertSuccess(face.create(ROOT, first, "P@ssw0rd"));

        List<String> names = face.list(ROOT).names();

        assertThat(names).contains(first, second, "root").isSorted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1name",
                "_name",
                "na me",
                " name",
                "name ",
                "na-me",
                "na.me",
                "n@me",
                "na:me",
                "näme",
                "n\u0000me",
                "name\n",
                ""
            })
    void s10CreateUserWhenNameHasAnotherShapeThenRefused(String name) {
        assertRefused(face.create(ROOT, name, "P@ssw0rd"), Problem.INVALID_USER_NAME);
    }

    @Test
    void s10CreateUserWhenNameHasOneTo32CharactersThenSucceeds() {
        String longest = (unusedName() + "_".repeat(32)).substring(0, 32);

        assertSuccess(face.create(ROOT, longest, "P@ssw0rd"));
        assertRefused(face.create(ROOT, longest + "x", "P@ssw0rd"), Problem.INVALID_USER_NAME);
        assertSuccess(face.logIn(longest + ":P@ssw0rd"));
        assertSuccess(face.create(ROOT, "q", "P@ssw0rd"));
        assertSuccess(face.drop(ROOT, "q"));
    }

    /** Settings judge what is new: who is there keeps name and password, and can be managed. */
    @Test
    void s10ManageUserWhenSettingsAllowedItOnceThenNobodyIsLockedOut() {
        String dotted = "dot.ted-1";
        String longest = "x".repeat(255);
        String longestPassword = "p".repeat(256);
        Map<String, String> kept = database.fresh();
        try (GatehouseServer before =
                GatehouseServer.start(kept, "gatehouse.allow-dots-and-hyphens=true", "proxy.maxUsernameLength=255")) {
            Face wide = faceOf.apply(before);
            assertSuccess(wide.create(ROOT, dotted, longestPassword));
            assertSuccess(wide.create(ROOT, longest, "123456"));
            assertSuccess(wide.grantRole(ROOT, dotted, "admin"));
        }
        try (GatehouseServer after = GatehouseServer.start(
                kept,
                "proxy.maxUsernameLength=3",
                "proxy.minPasswordLength=8",
                "proxy.maxPasswordLength=9",
                "common.security.superUsers=" + dotted)) {
            Face strict = faceOf.apply(after);
            String token = dotted + ":" + longestPassword;

            assertThat(strict.describe(token, dotted).names()).containsExactly("admin");
            assertThat(strict.list(token).names()).containsExactly(dotted, "root", longest);
            assertThat(strict.describe(longest + ":123456", longest).names()).isEmpty();
            assertSuccess(strict.describe(longest + ":123456", longest));
            assertSuccess(strict.describe(ROOT, "root"));
            assertSuccess(strict.grantRole(token, longest, "admin"));
            assertSuccess(strict.revokeRole(ROOT, dotted, "admin"));
            assertSuccess(strict.grantRole(ROOT, dotted, "public"));
            assertThat(strict.describe(ROOT, dotted).names()).containsExactly("public");
            assertSuccess(strict.changePassword(token, dotted, null, "P@ssw0rd"));
            assertSuccess(strict.changePassword(ROOT, longest, "123456", "P@ssw0rd"));
            assertSuccess(strict.logIn(dotted + ":P@ssw0rd"));
            assertSuccess(strict.logIn(longest + ":P@ssw0rd"));

            assertSuccess(strict.drop(ROOT, dotted));
            assertSuccess(strict.drop(ROOT, longest));
            for (String name : List.of(dotted, longest, "four")) {
                assertRefused(strict.create(ROOT, name, "P@ssw0rd"), Problem.INVALID_USER_NAME);
                assertRefused(strict.describe(ROOT, name), Problem.INVALID_USER_NAME);
                assertRefused(strict.grantRole(ROOT, name, "admin"), Problem.INVALID_USER_NAME);
                assertRefused(strict.revokeRole(ROOT, name, "admin"), Problem.INVALID_USER_NAME);
                assertThat(strict.drop(ROOT, name).refusal()).isEqualTo(strict.dropOfUnknownUser());
            }
        }
    }

    @Test
    void s11CreateUserWhenPasswordIsTooShortOrTooLongThenRefused() {
        assertRefused(face.create(ROOT, unusedName(), "12345"), Problem.INVALID_PASSWORD);
        assertRefused(face.create(ROOT, unusedName(), "x".repeat(257)), Problem.INVALID_PASSWORD);
        // Four bytes, two UTF-16 units, one character
        assertRefused(face.create(ROOT, unusedName(), "\uD83D\uDD11".repeat(5)), Problem.INVALID_PASSWORD);
        assertRefused(face.create(ROOT, unusedName(), "\uD83D\uDD11".repeat(257)), Problem.INVALID_PASSWORD);
    }

    @Test
    void s11LogInWhenPasswordsDifferInTheirLastCharacterThenOnlyOneIsRight() {
        for (String password : List.of(
                "123456",
                "x".repeat(72),
                "x".repeat(73),
                "x".repeat(256),
                "\uD83D\uDD11".repeat(6),
                "\uD83D\uDD11".repeat(256))) {
            String user = created(password);
            String end = password.substring(0, password.offsetByCodePoints(password.length(), -1)) + "!";

            assertSuccess(face.logIn(user + ":" + password));
            assertRefused(face.logIn(user + ":" + end), Problem.UNAUTHENTICATED);
        }
    }

    @Test
    void s11UpdatePasswordWhenNewOneIsTooShortThenRefusedBeforeTheOldOneIsLookedAt() {
        String user = created("P@ssw0rd");

        assertRefused(face.changePassword(user + ":P@ssw0rd", user, "wrong one", "12345"), Problem.INVALID_PASSWORD);
    }

    @Test
    void rolesWhenGrantedAndRevokedThenCountAtOnce() {
        String user = created("P@ssw0rd");
        String token = user + ":P@ssw0rd";
        assertThat(face.listRoles(ROOT).names()).containsExactly("admin", "public");

        assertSuccess(face.grantRole(ROOT, user, "public"));
        assertSuccess(face.grantRole(ROOT, user, "admin"));
        assertSuccess(face.grantRole(ROOT, user, "admin"));
        assertThat(face.describe(ROOT, user).names()).containsExactly("admin", "public");
        assertSuccess(face.list(token));

        assertSuccess(face.revokeRole(ROOT, user, "admin"));
        assertSuccess(face.revokeRole(ROOT, user, "admin"));
        assertThat(face.describe(ROOT, user).names()).containsExactly("public");
        assertRefused(face.list(token), Problem.PERMISSION_DENIED);
    }

    @Test
    void rolesWhenGrantedToRootThenNothingChanges() {
        assertSuccess(face.grantRole(ROOT, "root", "public"));

        assertThat(face.describe(ROOT, "root").names()).isEmpty();
    }

    @Test
    void rolesWhenRoleOrUserIsUnknownThenRefused() {
        assertRefused(face.grantRole(ROOT, "root", "nothing"), Problem.ROLE_NOT_FOUND);
        assertRefused(face.grantRole(ROOT, unusedName(), "admin"), Problem.USER_NOT_FOUND);
    }

    @Test
    void createUserWhenLimitIsReachedThenRefused() {
        try (GatehouseServer server = GatehouseServer.start(database, "proxy.maxUserNum=2")) {
            Face limited = faceOf.apply(server);

            assertThat(limited.list(ROOT).names()).containsExactly("root");
            assertSuccess(limited.create(ROOT, "first", "P@ssw0rd"));
            assertRefused(limited.create(ROOT, "second", "P@ssw0rd"), Problem.USER_LIMIT_REACHED);
            assertRefused(limited.create(ROOT, "first", "P@ssw0rd"), Problem.USER_ALREADY_EXISTS);
        }
    }

    private static Path file(String name, String text) {
        try {
            return Files.writeString(
                    Files.createTempDirectory("gatehouse-settings-").resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GatehouseServer superUserServer() {
        return GatehouseServer.shared(database, "common.security.superUsers=root, foo");
    }

    private String created(String password) {
        String user = unusedName();
        assertSuccess(face.create(ROOT, user, password));
        return user;
    }

    private String unusedName() {
        return "user_" + getClass().getSimpleName().charAt(0) + NEXT.incrementAndGet();
    }

    private static void assertSuccess(Outcome outcome) {
        assertThat(outcome.refusal()).isEmpty();
    }

    private static void assertRefused(Outcome outcome, Problem problem) {
        assertThat(outcome.refusal()).contains(problem);
    }
}
