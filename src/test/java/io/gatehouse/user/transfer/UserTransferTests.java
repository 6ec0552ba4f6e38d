package io.gatehouse.user.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.password.ImportedHashPolicy;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.TransferStore;
import io.gatehouse.user.UserLimitSettings;
import io.gatehouse.user.UserModule;
import io.gatehouse.user.UserNamePolicy;
import io.gatehouse.user.UserRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Users that come from elsewhere and go elsewhere: all or none. */
class UserTransferTests {

    private static final String HASH = "{argon2}$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA"
            + "$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    private static final String OTHER_HASH = HASH.replace("c2Fsd", "c2fsd");
    private static final Instant CREATED = Instant.parse("2020-01-31T12:00:00.123456Z");
    private static final Instant UPDATED = Instant.parse("2020-02-01T12:00:00Z");

    private final UserModule module = new UserModule();
    private final List<String> refusals = new ArrayList<>();

    @Test
    void importWhenNobodyIsThereThenAllAreCreatedAsTheyWere() {
        UserRecord first = user("user_1", HASH, CREATED, UPDATED, "public", "admin");
        UserRecord root = user("root", HASH, Instant.EPOCH, null);

        assertThat(imported(ExistingUsers.REFUSED, first, root)).isEqualTo(new ImportResult(2, 0, 0, 0, 0));

        assertThat(exported()).containsExactly(user("root", HASH, Instant.EPOCH, Instant.EPOCH), first);
        assertThat(module.users.members(UserModule.ROOT, "admin")).containsExactly("user_1");
        assertThat(module.told())
                .containsExactly(
                        "changed IMPORT_USER by root of root",
                        "changed IMPORT_USER by root of user_1",
                        "succeeded EXPORT_USERS by root of null");
        assertThat(refusals).isEmpty();
    }

    @Test
    void importWhenNoTimeIsGivenThenIsNow() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);

        imported(ExistingUsers.REFUSED, user("user_1", HASH, null, null));

        UserRecord stored = exported().get(0);
        assertThat(stored.createdAt()).isBetween(before, Instant.now());
        assertThat(stored.updatedAt()).isEqualTo(stored.createdAt());
    }

    @Test
    void importWhenTheUserIsThereThenIsDoneWhatWasAskedFor() {
        UserRecord there = user("user_1", HASH, CREATED, UPDATED, "public");
        UserRecord other = user("user_1", OTHER_HASH, null, null, "admin");
        imported(ExistingUsers.REFUSED, there);
        module.told();

        assertThat(imported(ExistingUsers.REFUSED, there)).isEqualTo(new ImportResult(0, 0, 0, 1, 0));
        assertThat(imported(ExistingUsers.REPLACED, there)).isEqualTo(new ImportResult(0, 0, 0, 1, 0));
        assertThat(imported(ExistingUsers.REFUSED, other)).isEqualTo(new ImportResult(0, 0, 0, 0, 1));
        assertThat(imported(ExistingUsers.REFUSED_IN_ANY_CASE, there)).isEqualTo(new ImportResult(0, 0, 0, 0, 1));
        assertThat(imported(ExistingUsers.KEPT, other)).isEqualTo(new ImportResult(0, 0, 1, 0, 0));
        assertThat(exported()).containsExactly(there);
        assertThat(imported(ExistingUsers.REPLACED, other)).isEqualTo(new ImportResult(0, 1, 0, 0, 0));

        UserRecord replaced = exported().get(0);
        assertThat(replaced.passwordHash().encoded()).isEqualTo(OTHER_HASH);
        assertThat(replaced.roles()).containsExactly("admin");
        assertThat(replaced.createdAt()).isEqualTo(CREATED);
        assertThat(replaced.updatedAt()).isAfter(UPDATED);
        assertThat(refusals)
                .containsExactly(
                        "1 USER_ALREADY_EXISTS the user is there already, with another password or other roles",
                        "1 USER_ALREADY_EXISTS the user is there already");
        assertThat(module.told())
                .containsExactly(
                        "USER_ALREADY_EXISTS IMPORT_USER by root of null",
                        "USER_ALREADY_EXISTS IMPORT_USER by root of null",
                        "succeeded EXPORT_USERS by root of null",
                        "changed IMPORT_USER by root of user_1",
                        "succeeded EXPORT_USERS by root of null");
    }

    @Test
    void importWhenOnlyRolesDifferThenIsAnotherUser() {
        imported(ExistingUsers.REFUSED, user("user_1", HASH, null, null, "public"));

        assertThat(imported(ExistingUsers.REFUSED, user("user_1", HASH, null, null)))
                .isEqualTo(new ImportResult(0, 0, 0, 0, 1));
    }

    @Test
    void importWhenReplacedThenTokensAreDead() {
        module.make("user_1", "P@ssw0rd");
        long version = module.credentialVersion("user_1");

        imported(ExistingUsers.REPLACED, user("user_1", HASH, null, null));

        assertThat(module.credentialVersion("user_1")).isEqualTo(version + 1);
    }

    @Test
    void importWhenItBringsTooManyKindsOfHashesThenIsRefusedAndThoseThatAreThereAreTaken() {
        module.make("user_0", "P@ssw0rd");
        List<UserRecord> sevenMore = IntStream.rangeClosed(2, 8)
                .mapToObj(passes -> user("user_" + passes, HASH.replace("t=1,", "t=" + passes + ","), null, null))
                .toList();
        UserRecord ninth = user("user_9", HASH.replace("t=1,", "t=9,"), null, null);
        UserRecord another = user("user_10", OTHER_HASH.replace("t=1,", "t=8,"), null, null);

        assertThat(imported(ExistingUsers.REFUSED, sevenMore.toArray(UserRecord[]::new))
                        .created())
                .isEqualTo(7);
        assertThat(imported(ExistingUsers.REFUSED, ninth, another)).isEqualTo(new ImportResult(1, 0, 0, 0, 1));
        assertThat(imported(ExistingUsers.REFUSED, another)).isEqualTo(new ImportResult(1, 0, 0, 0, 0));

        assertThat(refusals)
                .containsExactly("1 INVALID_PASSWORD the password hash is of another kind than 8 that are there");
    }

    @Test
    void importWhenEntriesAreRefusedThenEachIsToldInOrderAndNothingIsChanged() {
        Instant future = Instant.now().plus(Duration.ofDays(2));
        String time = "MALFORMED_REQUEST a time is before 1970 or in the future";
        module.make("user_0", "P@ssw0rd");
        List<ImportEntry> entries = List.of(
                ImportEntry.of(1, user("user_0", HASH, null, null)),
                ImportEntry.of(2, user("user_1", HASH, null, null)),
                ImportEntry.refused(3, new ProblemException(Problem.REQUEST_TOO_LARGE, "too long")),
                ImportEntry.of(5, user("1", HASH, null, null)),
                ImportEntry.of(6, user("user_2", "plain", null, null)),
                ImportEntry.of(7, user("user_2", HASH, null, null, "owner")),
                ImportEntry.of(8, user("root", HASH, null, null, "admin")),
                ImportEntry.of(9, user("user_2", HASH, Instant.EPOCH.minusNanos(1), null)),
                ImportEntry.of(10, user("user_2", HASH, null, future)),
                ImportEntry.of(11, user("user_1", HASH, null, null)),
                ImportEntry.of(12, user("user_3", HASH, Instant.now().plus(Duration.ofHours(23)), null)));

        ImportResult result = imported(ExistingUsers.REPLACED, entries.iterator());

        assertThat(result).isEqualTo(new ImportResult(2, 1, 0, 0, 8));
        assertThat(result.changedAnything()).isFalse();
        assertThat(refusals)
                .containsExactly(
                        "3 REQUEST_TOO_LARGE too long",
                        "5 INVALID_USER_NAME the user name must have 1 to 32 characters, begin with a letter, and have"
                                + " only letters, digits and underscores",
                        "6 INVALID_PASSWORD the password hash is of no kind that is read here: {argon2}, {bcrypt}, or"
                                + " bcrypt as Milvus has it",
                        "7 ROLE_NOT_FOUND one of the roles is not there",
                        "8 INVALID_ROLE_NAME root has no roles",
                        "9 " + time,
                        "10 " + time,
                        "11 MALFORMED_REQUEST the user was there before");
        assertThat(module.users.names(UserModule.ROOT)).containsExactly("user_0");
        assertThat(module.letsIn("user_0", "P@ssw0rd")).isTrue();
        assertThat(module.told()).contains("REQUEST_TOO_LARGE IMPORT_USER by root of null");
    }

    @Test
    void importWhenThereIsNoRoomThenSaysFromWhichOn() {
        module.make("root", "P@ssw0rd");
        UserTransfer limited = transfer(UserModule.bean(TransferStore.class), new UserLimitSettings(32, 3));
        List<ImportEntry> entries = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> ImportEntry.of(i, user("user_" + i, HASH, null, null)))
                .toList();

        ImportResult three = limited.importAll(
                UserModule.ROOT,
                ExistingUsers.REFUSED,
                entries.iterator(),
                (number, reason) -> refusals.add(number + " " + reason.getMessage()));
        ImportResult two = limited.importAll(
                UserModule.ROOT,
                ExistingUsers.REFUSED,
                entries.subList(0, 2).iterator(),
                (number, reason) -> refusals.add(number + " " + reason.getMessage()));

        assertThat(three).isEqualTo(new ImportResult(2, 0, 0, 0, 1));
        assertThat(two).isEqualTo(new ImportResult(2, 0, 0, 0, 0));
        assertThat(two.changedAnything()).isTrue();
        assertThat(refusals).containsExactly("3 the number of users has reached the limit");
    }

    @Test
    void moveWhenThereAreMoreThanAPageThenNobodyIsLeftOut() {
        List<ImportEntry> entries = IntStream.range(0, 1000)
                .mapToObj(i -> ImportEntry.of(i, user("user_%04d".formatted(i), HASH, CREATED, UPDATED)))
                .toList();

        assertThat(imported(ExistingUsers.REFUSED, entries.iterator())).isEqualTo(new ImportResult(1000, 0, 0, 0, 0));
        assertThat(imported(ExistingUsers.REFUSED, entries.iterator())).isEqualTo(new ImportResult(0, 0, 0, 1000, 0));

        assertThat(exported()).isEqualTo(entries.stream().map(ImportEntry::user).toList());
        module.make("zz", "P@ssw0rd");
        assertThat(exported()).hasSize(1001);
    }

    /** Two imports that lock the same users in two orders would wait for each other. */
    @Test
    void importWhenThereAreMoreThanAPageThenWhoIsThereIsLockedFirstAndAllByName() {
        List<UserRecord> backwards = IntStream.range(0, 1001)
                .mapToObj(i -> user("user_%04d".formatted(1000 - i), HASH, CREATED, UPDATED, "public"))
                .toList();
        UserRecord fresh = user("a", HASH, null, null);
        List<UserRecord> others = Stream.concat(
                        Stream.of(fresh), backwards.stream().map(user -> user(user.userName(), OTHER_HASH, null, null)))
                .toList();
        List<String> inOrder = IntStream.range(0, 1001)
                .mapToObj("changed IMPORT_USER by root of user_%04d"::formatted)
                .toList();

        assertThat(imported(ExistingUsers.REFUSED, backwards.toArray(UserRecord[]::new)))
                .isEqualTo(new ImportResult(1001, 0, 0, 0, 0));
        assertThat(module.told()).isEqualTo(inOrder);
        assertThat(imported(ExistingUsers.REPLACED, others.toArray(UserRecord[]::new)))
                .isEqualTo(new ImportResult(1, 1001, 0, 0, 0));
        assertThat(module.told())
                .startsWith(inOrder.toArray(String[]::new))
                .endsWith("changed IMPORT_USER by root of a")
                .hasSize(1002);
    }

    @Test
    void importWhenANameIsNotAllowedAnyMoreThenOnlyANewUserIsRefused() {
        module.make("dot.ted", "P@ssw0rd");
        UserRecord there = exported().get(0);
        UserRecord fresh = user("dot.ted_2", HASH, null, null);

        assertThat(imported(ExistingUsers.REFUSED, there)).isEqualTo(new ImportResult(0, 0, 0, 1, 0));
        assertThat(imported(ExistingUsers.REPLACED, user("dot.ted", HASH, null, null), fresh))
                .isEqualTo(new ImportResult(0, 1, 0, 0, 1));
        assertThat(refusals)
                .containsExactly(
                        "2 INVALID_USER_NAME the user name must have 1 to 32 characters, begin with a letter, and"
                                + " have only letters, digits and underscores");
        assertThat(imported(ExistingUsers.REPLACED, user("dot.ted", HASH, null, null)))
                .isEqualTo(new ImportResult(0, 1, 0, 0, 0));
    }

    @Test
    void importWhenOthersTakeTheRoomWhileItReadsThenNothingIsChanged() {
        module.make("root", "P@ssw0rd");
        UserTransfer limited = transfer(UserModule.bean(TransferStore.class), new UserLimitSettings(32, 3));
        Iterator<ImportEntry> entries = Stream.of("user_1", "user_2")
                .map(name -> ImportEntry.of(1, user(name, HASH, null, null)))
                .iterator();
        Iterator<ImportEntry> thenFull = new Iterator<>() {

            @Override
            public boolean hasNext() {
                boolean more = entries.hasNext();
                if (!more) {
                    // As another replica would, whose commit is seen by now
                    module.jdbc.update(
                            "insert into users (name, password_hash, credential_version, created_at, updated_at)"
                                    + " values ('in_time', 'x', 1, now(), now())");
                }
                return more;
            }

            @Override
            public ImportEntry next() {
                return entries.next();
            }
        };

        assertThatThrownBy(() ->
                        limited.importAll(UserModule.ROOT, ExistingUsers.REFUSED, thenFull, (number, reason) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.USER_LIMIT_REACHED));

        assertThat(module.users.names(UserModule.ROOT)).containsExactly("root");
    }

    @Test
    void importWhenTheEntriesBreakOffThenNothingIsChanged() {
        Iterator<ImportEntry> broken = IntStream.range(0, 600)
                .mapToObj(i -> {
                    if (i == 599) {
                        throw new IllegalStateException("gone");
                    }
                    return ImportEntry.of(i, user("user_" + i, HASH, null, null));
                })
                .iterator();

        assertThatThrownBy(() -> imported(ExistingUsers.REFUSED, broken)).hasMessage("gone");

        assertThat(module.users.names(UserModule.ROOT)).isEmpty();
        assertThat(module.told()).endsWith("INTERNAL_ERROR IMPORT_USER by root of null");
    }

    @Test
    void importWhenAnotherCreatesOneOfThemAtTheSameTimeThenNothingIsChanged() {
        module.make("user_2", "P@ssw0rd");
        UserTransfer late = transfer(UserModule.tooEarlyForImports(), new UserLimitSettings(32, 0));
        List<ImportEntry> entries = List.of(
                ImportEntry.of(1, user("user_1", HASH, null, null)),
                ImportEntry.of(2, user("user_2", HASH, null, null)));

        assertThatThrownBy(() -> late.importAll(
                        UserModule.ROOT, ExistingUsers.REPLACED, entries.iterator(), (number, reason) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.USER_ALREADY_EXISTS))
                .hasMessage("somebody else created one of the users at the same time");

        assertThat(module.users.names(UserModule.ROOT)).containsExactly("user_2");
        assertThat(module.letsIn("user_2", "P@ssw0rd")).isTrue();
    }

    @Test
    void transferWhenTheCallerIsNoAdministratorThenNothingIsReadOrHandedOut() {
        Caller plain = new ProvenUser("user_1", Set.of(), false, false, UserModule.CLIENT);
        Operations operations = UserModule.bean(Operations.class);
        String noExport = "permission denied: user_1 may not export users";
        String noImport = "permission denied: user_1 may not import users";
        module.make("user_1", "P@ssw0rd");

        assertThatThrownBy(() -> module.transfer.exportAll(plain, UserTransferTests::never))
                .hasMessage(noExport);
        assertThatThrownBy(() -> operations.permit(plain, Operation.of(Action.EXPORT_USERS, plain)))
                .hasMessage(noExport);
        assertThatThrownBy(() -> module.transfer.importAll(
                        plain,
                        ExistingUsers.REPLACED,
                        Stream.generate(() -> ImportEntry.of(1, user("user_1", HASH, null, null)))
                                .peek(UserTransferTests::never)
                                .iterator(),
                        (number, reason) -> {}))
                .hasMessage(noImport);
        assertThatThrownBy(() -> operations.permit(plain, Operation.of(Action.IMPORT_USER, plain)))
                .hasMessage(noImport);

        assertThat(module.told())
                .containsExactly(
                        "PERMISSION_DENIED EXPORT_USERS by user_1 of null",
                        "PERMISSION_DENIED EXPORT_USERS by user_1 of null",
                        "PERMISSION_DENIED IMPORT_USER by user_1 of null",
                        "PERMISSION_DENIED IMPORT_USER by user_1 of null");
        assertThatCode(() -> operations.permit(UserModule.ROOT, Operation.of(Action.EXPORT_USERS, UserModule.ROOT)))
                .doesNotThrowAnyException();
        assertThatCode(() -> operations.permit(UserModule.ROOT, Operation.of(Action.IMPORT_USER, UserModule.ROOT)))
                .doesNotThrowAnyException();
    }

    private static void never(Object any) {
        throw new AssertionError("is not to be touched: " + any);
    }

    private static UserTransfer transfer(TransferStore store, UserLimitSettings limits) {
        return new UserTransfer(
                store,
                UserModule.bean(StagedUsers.class),
                UserModule.bean(UserNamePolicy.class),
                UserModule.bean(ImportedHashPolicy.class),
                limits,
                UserModule.bean(Operations.class));
    }

    private ImportResult imported(ExistingUsers existing, UserRecord... users) {
        return imported(
                existing,
                IntStream.range(0, users.length)
                        .mapToObj(i -> ImportEntry.of(i + 1, users[i]))
                        .iterator());
    }

    private ImportResult imported(ExistingUsers existing, Iterator<ImportEntry> entries) {
        return module.transfer.importAll(
                UserModule.ROOT,
                existing,
                entries,
                (number, reason) -> refusals.add(number + " " + reason.problem() + " " + reason.getMessage()));
    }

    private List<UserRecord> exported() {
        List<UserRecord> exported = new ArrayList<>();
        long count = module.transfer.exportAll(UserModule.ROOT, exported::add);
        assertThat(count).isEqualTo(exported.size());
        return exported;
    }

    private static UserRecord user(
            String name, String hash, @Nullable Instant created, @Nullable Instant updated, String... roles) {
        return new UserRecord(name, List.of(roles), new PasswordHash(hash), created, updated);
    }
}
