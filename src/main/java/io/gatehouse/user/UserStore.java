package io.gatehouse.user;

import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.caller.PossibleName;
import io.gatehouse.password.HashKind;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** The users in the database: each method is one short transaction, and none of them hashes. */
@Component
class UserStore {

    /** Of a page. */
    private static final Limit NAMES = Limit.of(1000);

    private static final int RETRIES = 3;
    private static final Duration BEFORE_RETRY = Duration.ofMillis(100);

    /** Later than this no read begins anew: who waited so long should hear that the database does not answer. */
    private static final Duration LONGEST_RETRYING = Duration.ofSeconds(1);

    private final UserRepository users;
    private final UserLimitSettings limits;
    private final Operations operations;
    private final TransactionTemplate writing;
    private final TransactionTemplate reading;
    private final RetryTemplate again = new RetryTemplate(RetryPolicy.builder()
            .includes(DataAccessException.class, TransactionException.class)
            // Has waited for a connection already
            .excludes(CannotCreateTransactionException.class)
            .maxRetries(RETRIES)
            .delay(BEFORE_RETRY)
            .timeout(LONGEST_RETRYING)
            .build());

    UserStore(
            UserRepository users,
            UserLimitSettings limits,
            Operations operations,
            PlatformTransactionManager transactionManager) {
        this.users = users;
        this.limits = limits;
        this.operations = operations;
        this.writing = new TransactionTemplate(transactionManager);
        this.reading = new TransactionTemplate(transactionManager);
        this.reading.setReadOnly(true);
    }

    /**
     * Adds a user without roles.
     *
     * @throws ProblemException {@link Problem#USER_ALREADY_EXISTS}, {@link Problem#USER_LIMIT_REACHED}
     */
    User create(Operation operation, String name, PasswordHash hash) {
        return write(() -> {
            if (users.existsByName(name)) {
                throw alreadyExists(name);
            }
            requireRoom();
            UserEntity user = insert(new UserEntity(name, hash));
            operations.changed(operation, user.id());
            return user.toUser();
        });
    }

    Optional<User> find(String name) {
        return lookUp(name, UserEntity::toUser);
    }

    Optional<StoredCredential> credential(String name) {
        return lookUp(name, StoredCredential::of);
    }

    /**
     * What a password is compared with that somebody logs in with.
     *
     * @param user empty when there is no such user
     * @param kinds of the hashes of all users
     */
    record Login(Optional<StoredCredential> user, Set<HashKind> kinds) {}

    Login login(String name) {
        boolean isPossible = PossibleName.is(name);
        return read(() -> new Login(
                isPossible ? users.findByName(name).map(StoredCredential::of) : Optional.empty(), kinds(users)));
    }

    /** The kinds of the hashes of all users; only inside of a transaction. */
    static Set<HashKind> kinds(UserRepository users) {
        return users.hashKinds().stream()
                .flatMap(text -> HashKind.ofBeginning(text).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    Optional<StoredCredential> credential(long userId) {
        return read(() -> users.findById(userId).map(StoredCredential::of));
    }

    List<User> list(String after, int limit) {
        return read(() -> users.findByNameGreaterThanOrderByName(after, Limit.of(limit)).stream()
                .map(UserEntity::toUser)
                .toList());
    }

    /** The names of all users, a page at a time: the first one is read now. */
    Stream<String> names() {
        return paged(after -> users.names(after, NAMES));
    }

    /** The names of the users who have a role, a page at a time: the first one is read now. */
    Stream<String> members(String role) {
        return paged(after -> users.namesByRole(role, after, NAMES));
    }

    long count() {
        return read(users::count);
    }

    /**
     * Changes a password, unless the user changed since it was read.
     *
     * @return whether it was changed; empty when there is no such user any more
     */
    Optional<Boolean> changePassword(Operation operation, StoredCredential read, PasswordHash newHash) {
        return change(read.userName(), user -> {
            if (user.id() != read.userId() || user.credentialVersion() != read.credentialVersion()) {
                return false;
            }
            user.changePassword(newHash);
            operations.changed(operation, user.id());
            return true;
        });
    }

    /**
     * Keeps a stronger hash of the same password, unless the password changed meanwhile, or somebody else has the row locked: nobody
     * waits for that. Tokens stay valid.
     *
     * @return whether it is kept
     */
    boolean renewHash(Operation operation, StoredCredential read, PasswordHash renewed) {
        return write(() -> users.lockUnlessLocked(read.userId())
                .filter(user -> user.passwordHash().equals(read.passwordHash()))
                .map(user -> {
                    user.renewHash(renewed);
                    operations.changed(operation, user.id());
                    return true;
                })
                .orElse(false));
    }

    /** Returns whether there is such a user. */
    boolean grantRole(Operation operation, String name, String role) {
        return change(operation, name, user -> user.grant(role));
    }

    /** Returns whether there is such a user. */
    boolean revokeRole(Operation operation, String name, String role) {
        return change(operation, name, user -> user.revoke(role));
    }

    /** Returns whether there was such a user. */
    boolean drop(Operation operation, String name) {
        return change(operation, name, user -> {
            users.delete(user);
            return true;
        });
    }

    /** Tells of the operation only when it changed something. */
    private boolean change(Operation operation, String name, Predicate<UserEntity> change) {
        return change(name, user -> {
                    if (change.test(user)) {
                        operations.changed(operation, user.id());
                    }
                    return true;
                })
                .isPresent();
    }

    private <T> Optional<T> change(String name, Function<UserEntity, T> change) {
        if (!PossibleName.is(name)) {
            return Optional.empty();
        }
        return write(() -> users.lockByName(name).map(change));
    }

    private Stream<String> paged(Function<String, List<String>> pageAfter) {
        List<String> first = read(() -> pageAfter.apply(""));
        return Stream.iterate(
                        first,
                        page -> !page.isEmpty(),
                        page -> page.size() < NAMES.max()
                                ? List.of()
                                : read(() -> pageAfter.apply(page.get(page.size() - 1))))
                .flatMap(List::stream);
    }

    private <T> Optional<T> lookUp(String name, Function<UserEntity, T> view) {
        return PossibleName.is(name) ? read(() -> users.findByName(name).map(view)) : Optional.empty();
    }

    private UserEntity insert(UserEntity user) {
        try {
            return users.saveAndFlush(user);
        } catch (DataIntegrityViolationException e) {
            // Somebody else created the name between the question and the insert
            throw alreadyExists(user.name());
        }
    }

    private void requireRoom() {
        if (limits.maxUserNum() == 0) {
            return;
        }
        users.lockCount();
        if (users.count() >= limits.maxUserNum()) {
            throw new ProblemException(
                    Problem.USER_LIMIT_REACHED, "unable to add user because the number of users has reached the limit");
        }
    }

    /** Reads once more when the connection was lost: somebody's failed write takes H2's connections from all, and PostgreSQL may restart. */
    private <T> T read(Supplier<T> work) {
        return available(() -> again.invoke(() -> inTransaction(reading, work)));
    }

    /** Never once more: a change may have been made although its answer was lost. */
    private <T> T write(Supplier<T> work) {
        return available(() -> inTransaction(writing, work));
    }

    @SuppressWarnings("NullAway") // the work never returns null
    private static <T> T inTransaction(TransactionTemplate transaction, Supplier<T> work) {
        return transaction.execute(status -> work.get());
    }

    private static <T> T available(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException | TransactionException e) {
            throw unavailable(e);
        }
    }

    /** What a call of the database that failed is to who asked. */
    static ProblemException unavailable(RuntimeException failure) {
        return failure instanceof PessimisticLockingFailureException
                ? ProblemException.lockedByOthers(failure)
                : ProblemException.storageUnavailable(failure);
    }

    private static ProblemException alreadyExists(String name) {
        return new ProblemException(Problem.USER_ALREADY_EXISTS, "user already exists: " + name);
    }
}
