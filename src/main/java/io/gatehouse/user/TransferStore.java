package io.gatehouse.user;

import io.gatehouse.password.HashKind;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** All users at once: one transaction, of which only a page is in memory at any time. */
@Component
public class TransferStore {

    private static final int PAGE = 500;

    private final UserRepository users;
    private final EntityManager entities;
    private final TransactionTemplate writing;
    private final TransactionTemplate snapshot;

    TransferStore(UserRepository users, EntityManager entities, PlatformTransactionManager transactionManager) {
        this.users = users;
        this.entities = entities;
        this.writing = new TransactionTemplate(transactionManager);
        this.snapshot = new TransactionTemplate(transactionManager);
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** Hands out all users by name, as they were at one moment; returns how many. */
    public long exportAll(Consumer<UserRecord> receiver) {
        return inTransaction(
                snapshot,
                () -> {
                    long count = 0;
                    String after = "";
                    List<UserEntity> page;
                    do {
                        page = users.findByNameGreaterThanOrderByName(after, Limit.of(PAGE));
                        for (UserEntity user : page) {
                            receiver.accept(user.toRecord());
                            after = user.name();
                        }
                        count += page.size();
                        entities.clear();
                    } while (page.size() == PAGE);
                    return count;
                },
                any -> true);
    }

    /** Does work in a transaction, and undoes it when it is not accepted. */
    public <T> T allOrNothing(Supplier<T> work, Predicate<T> accepted) {
        return inTransaction(writing, work, accepted);
    }

    /** The users of these names as they are now. */
    public Map<String, StoredUser> found(Collection<String> names) {
        return byName(users.findByNameIn(names));
    }

    /** The users of these names, locked; only inside of {@link #allOrNothing}. */
    public Map<String, StoredUser> locked(Collection<String> names) {
        return byName(users.lockByNames(names));
    }

    /** How many users there are now. */
    public long count() {
        return users.count();
    }

    /** How many users there are, and will be until the transaction adds some. */
    public long lockedCount() {
        users.lockCount();
        return users.count();
    }

    /** The kinds of the hashes of all users. */
    public Set<HashKind> hashKinds() {
        return UserStore.kinds(users);
    }

    /** Returns the new user's id. */
    public long add(UserRecord user) {
        return users.save(new UserEntity(user)).id();
    }

    /** Writes what was changed and lets go of it. */
    public void flush() {
        users.flush();
        entities.clear();
    }

    /** The refusal of an import during which somebody else created one of its users. */
    public static ProblemException createdByOthers(RuntimeException cause) {
        return new ProblemException(
                Problem.USER_ALREADY_EXISTS, "somebody else created one of the users at the same time", cause);
    }

    private static Map<String, StoredUser> byName(List<UserEntity> found) {
        return found.stream().collect(Collectors.toMap(UserEntity::name, Function.identity()));
    }

    @SuppressWarnings("NullAway") // the work never returns null
    private static <T> T inTransaction(TransactionTemplate transaction, Supplier<T> work, Predicate<T> accepted) {
        try {
            return transaction.execute(status -> {
                T result = work.get();
                if (!accepted.test(result)) {
                    status.setRollbackOnly();
                }
                return result;
            });
        } catch (DataIntegrityViolationException e) {
            throw createdByOthers(e);
        } catch (DataAccessException | TransactionException e) {
            throw UserStore.unavailable(e);
        }
    }
}
