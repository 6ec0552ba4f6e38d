package io.gatehouse.user;

import io.gatehouse.caller.UserChanged;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What a listener of {@link UserChanged} keeps for all changes of one transaction, of which there can be many. */
public final class PerTransaction {

    private PerTransaction() {}

    /**
     * Returns the running transaction's own one; the first call of a transaction makes it.
     *
     * @throws IllegalStateException when no transaction runs
     */
    public static <T extends TransactionSynchronization> T get(Class<T> kind, Supplier<T> first) {
        return TransactionSynchronizationManager.getSynchronizations().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseGet(() -> {
                    T made = first.get();
                    TransactionSynchronizationManager.registerSynchronization(made);
                    return made;
                });
    }
}
