package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.UserChanged;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is known of users without asking the database, and what other processes did to them. */
class CurrentUsersTests {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();

    private final UserModule module = new UserModule();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CurrentUsers users =
            new CurrentUsers(module.store, new ClusterSettings(Duration.ofHours(1)), registry);
    private long id;

    @BeforeEach
    void make() {
        module.make("user_1", "P@ssw0rd");
        id = module.store.credential("user_1").orElseThrow().userId();
    }

    @AfterAll
    static void stop() {
        CLIENTS.shutdownNow();
    }

    @Test
    void getWhenRememberedThenTheDatabaseIsNotAsked() {
        assertThat(version()).contains(1L);
        changedByAnother();

        assertThat(version()).contains(1L);
        assertThat(registry.get("cache.gets")
                        .tags("cache", "current-users", "result", "hit")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void getWhenDroppedThenIsEmpty() {
        module.jdbc.update("delete from users");

        assertThat(version()).isEmpty();
    }

    @Test
    void forgetWhenToldOfAnotherUserThenThisOneIsStillRemembered() {
        version();
        changedByAnother();

        users.forget(id + 1);
        assertThat(version()).contains(1L);
        users.forget(id);

        assertThat(version()).contains(2L);
    }

    @Test
    void askEveryTimeWhenChangesMayStayUntoldThenTheDatabaseIsAskedUntilTheyAreToldAgain() {
        version();

        users.askEveryTime();
        changedByAnother();
        assertThat(version()).contains(2L);
        changedByAnother();
        assertThat(version()).contains(3L);
        users.remember();

        // What was remembered before is older than what was not told
        assertThat(version()).contains(3L);
        changedByAnother();
        assertThat(version()).contains(3L);
    }

    @Test
    void changesWhenOneTransactionHasManyThenAllUsersAreForgottenWithoutANoteOfEach() {
        version();
        changedByAnother();
        var operation = Operation.of(Action.IMPORT_USER, UserModule.ROOT, "user_2");

        new TransactionTemplate(UserModule.bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            for (int i = 1; i <= 1001; i++) {
                users.on(new UserChanged(operation, id + i));
            }
            assertThat(TransactionSynchronizationManager.getSynchronizations()).hasSize(1);
        });

        assertThat(version()).contains(2L);
    }

    @Test
    void changeWhenItsTransactionEndsThenItsUserAloneIsForgotten() {
        module.make("user_2", "P@ssw0rd");
        long other = module.store.credential("user_2").orElseThrow().userId();
        version();
        users.get(other);
        changedByAnother();

        new TransactionTemplate(UserModule.bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            users.on(new UserChanged(Operation.of(Action.GRANT_ROLE, UserModule.ROOT, "user_1"), id));
            status.setRollbackOnly();
        });

        assertThat(version()).contains(2L);
        assertThat(users.get(other).map(StoredCredential::credentialVersion)).contains(1L);
    }

    @Test
    void getWhenAnotherUserIsBeingReadThenDoesNotWaitForIt() throws Exception {
        var slow = new SlowStore();
        var users = new CurrentUsers(slow, new ClusterSettings(Duration.ofHours(1)), new SimpleMeterRegistry());
        Future<Optional<StoredCredential>> waiting = slow.beginsToRead(() -> users.get(id));

        // Of all the keys that there are some share a bin, and so a lock, with the first
        for (long other = id + 1; other <= id + 64; other++) {
            long another = other;
            assertThat(CLIENTS.submit(() -> users.get(another)))
                    .succeedsWithin(SOON)
                    .isEqualTo(Optional.empty());
        }

        slow.goesOn.countDown();
        assertThat(waiting).succeedsWithin(SOON);
    }

    @Test
    void getWhenTheSameUserIsBeingReadThenIsReadOnce() throws Exception {
        var slow = new SlowStore();
        var users = new CurrentUsers(slow, new ClusterSettings(Duration.ofHours(1)), new SimpleMeterRegistry());
        Future<Optional<StoredCredential>> first = slow.beginsToRead(() -> users.get(id));
        var asking = new AtomicReference<Thread>();
        Future<Optional<StoredCredential>> second = CLIENTS.submit(() -> {
            asking.set(Thread.currentThread());
            return users.get(id);
        });
        Await.until("the second one waits", () -> {
            Thread thread = asking.get();
            return thread != null && thread.getState() == Thread.State.WAITING;
        });

        slow.goesOn.countDown();

        assertThat(second.get()).isPresent().isEqualTo(first.get());
        assertThat(slow.reads).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forgetWhenTheUserIsBeingReadThenWhatWasReadIsNotRemembered(boolean everything) throws Exception {
        var slow = new SlowStore();
        var users = new CurrentUsers(slow, new ClusterSettings(Duration.ofHours(1)), new SimpleMeterRegistry());
        Future<Optional<StoredCredential>> before = slow.beginsToRead(() -> users.get(id));
        changedByAnother();

        assertThat(CLIENTS.submit(() -> {
                    if (everything) {
                        users.remember();
                    } else {
                        users.forget(id);
                    }
                }))
                .succeedsWithin(SOON);
        assertThat(users.get(id).map(StoredCredential::credentialVersion)).contains(2L);
        slow.goesOn.countDown();

        assertThat(before.get().map(StoredCredential::credentialVersion)).contains(1L);
        assertThat(users.get(id).map(StoredCredential::credentialVersion)).contains(2L);
        assertThat(slow.reads).hasValue(2);
    }

    @Test
    void getWhenTheDatabaseIsAwayThenIsRefusedAndTheNextCallAsksAgain() {
        var away = new UserModule.OtherStore(0) {

            private boolean answers;

            @Override
            Optional<StoredCredential> credential(long userId) {
                if (!answers) {
                    answers = true;
                    throw ProblemException.storageUnavailable(new IllegalStateException("away"));
                }
                return super.credential(userId);
            }
        };
        var users = new CurrentUsers(away, new ClusterSettings(Duration.ofHours(1)), new SimpleMeterRegistry());

        assertThatThrownBy(() -> users.get(id)).isInstanceOf(ProblemException.class);

        assertThat(users.get(id)).isPresent();
    }

    @Test
    void getWhenNothingMayBeStaleThenTheDatabaseIsAskedEachTime() {
        var users = new CurrentUsers(module.store, new ClusterSettings(Duration.ZERO), new SimpleMeterRegistry());
        assertThat(users.get(id).map(StoredCredential::credentialVersion)).contains(1L);

        changedByAnother();

        assertThat(users.get(id).map(StoredCredential::credentialVersion)).contains(2L);
    }

    private Optional<Long> version() {
        return users.get(id).map(StoredCredential::credentialVersion);
    }

    /** Without a word to this process. */
    private void changedByAnother() {
        module.jdbc.update("update users set credential_version = credential_version + 1");
    }

    /** Its first read of a user takes until it is told to go on. */
    private static final class SlowStore extends UserModule.OtherStore {

        private final CountDownLatch read = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private final AtomicInteger reads = new AtomicInteger();

        SlowStore() {
            super(0);
        }

        <T> Future<T> beginsToRead(Callable<T> call) throws InterruptedException {
            Future<T> begun = CLIENTS.submit(call);
            read.await();
            return begun;
        }

        @Override
        Optional<StoredCredential> credential(long userId) {
            Optional<StoredCredential> found = super.credential(userId);
            if (found.isPresent() && reads.getAndIncrement() == 0) {
                read.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return found;
        }
    }
}
