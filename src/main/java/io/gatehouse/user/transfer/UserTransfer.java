package io.gatehouse.user.transfer;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.password.ImportedHashPolicy;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.TransferStore;
import io.gatehouse.user.UserLimitSettings;
import io.gatehouse.user.UserNamePolicy;
import io.gatehouse.user.UserRecord;
import java.util.Iterator;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Users moving from one server to another with their password hashes, of any number in bounded memory. Each
 * method can also throw {@link Problem#STORAGE_UNAVAILABLE}; the change was made as a whole then, or not at all.
 */
@Service
public class UserTransfer {

    private static final Logger log = LoggerFactory.getLogger(UserTransfer.class);

    private final TransferStore store;
    private final StagedUsers staged;
    private final UserNamePolicy namePolicy;
    private final ImportedHashPolicy hashPolicy;
    private final UserLimitSettings limits;
    private final Operations operations;

    UserTransfer(
            TransferStore store,
            StagedUsers staged,
            UserNamePolicy namePolicy,
            ImportedHashPolicy hashPolicy,
            UserLimitSettings limits,
            Operations operations) {
        this.store = store;
        this.staged = staged;
        this.namePolicy = namePolicy;
        this.hashPolicy = hashPolicy;
        this.limits = limits;
        this.operations = operations;
    }

    /**
     * Hands out all users by name, as they were at one moment, {@code root} included. Administrators only.
     *
     * @return how many there were
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}
     */
    public long exportAll(Caller caller, Consumer<UserRecord> receiver) {
        Operation operation = Operation.of(Action.EXPORT_USERS, caller);
        return operations.of(caller, operation, () -> {
            long count = store.exportAll(receiver);
            operations.succeeded(operation);
            log.info("users exported: count={} by={}", count, caller.getName());
            return count;
        });
    }

    /**
     * Takes users over, all or none of them. Administrators only. Their hashes are stored as they are, and renewed at the next
     * login when they are weaker than today's. Who is left alone is not locked, and others only after the last entry was judged.
     *
     * @param entries asked for one after the other, inside of the transaction; what it throws undoes everything and passes through
     * @param refused is told of every entry that keeps the others from being imported
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}; {@link Problem#USER_ALREADY_EXISTS}, {@link
     *     Problem#USER_LIMIT_REACHED} when others created users meanwhile
     */
    public ImportResult importAll(
            Caller caller, ExistingUsers existing, Iterator<ImportEntry> entries, RefusedEntry refused) {
        Operation whole = Operation.of(Action.IMPORT_USER, caller);
        return operations.of(caller, whole, () -> {
            var run = new ImportRun(store, staged, namePolicy, hashPolicy, limits, existing);
            ImportResult result = store.allOrNothing(
                    () -> run.of(
                            entries,
                            (userName, userId) ->
                                    operations.changed(Operation.of(Action.IMPORT_USER, caller, userName), userId),
                            refused),
                    all -> all.refused() == 0);
            run.firstRefusal().ifPresent(reason -> operations.refused(whole, reason));
            log.info("users imported: {} by={}", result, caller.getName());
            return result;
        });
    }
}
