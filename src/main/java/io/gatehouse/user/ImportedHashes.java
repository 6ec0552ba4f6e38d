package io.gatehouse.user;

import io.gatehouse.password.PasswordHasher;
import io.gatehouse.problem.ProblemException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells the hasher which kinds of hash an import brought, at the start and now and then, for another process may have imported: a
 * refused login has to take as long for everybody as for a user who has such a hash.
 */
@Component
class ImportedHashes {

    /** It reads all users. */
    private static final int REFRESH_MINUTES = 5;

    private static final Logger log = LoggerFactory.getLogger(ImportedHashes.class);

    private final UserStore store;
    private final PasswordHasher hasher;

    ImportedHashes(UserStore store, PasswordHasher hasher) {
        this.store = store;
        this.hasher = hasher;
    }

    @Scheduled(fixedDelay = REFRESH_MINUTES, timeUnit = TimeUnit.MINUTES)
    void refresh() {
        try {
            store.importedHashOfEachKind().forEach(hasher::expect);
        } catch (ProblemException e) {
            log.debug("imported hashes not looked up: {}", e.getMessage());
        }
    }
}
