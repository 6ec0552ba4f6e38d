package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of users without asking the database, and what other processes did to them. */
class CurrentUsersTests {

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
    void importedHashesWhenLookedUpThenTheHasherIsToldOfOneOfEachCost() {
        String salted = "./abcdefghijklmnopqrstuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
        module.make("user_2", "P@ssw0rd");
        module.make("user_3", "P@ssw0rd");
        module.make("user_4", "P@ssw0rd");
        store("user_1", "{bcrypt}$2a$04$" + salted);
        store("user_2", "{bcrypt}$2a$10$" + salted);
        store("user_3", "{bcrypt}$2a$10$z" + salted.substring(1));
        PasswordHasher hasher = mock(PasswordHasher.class);

        new ImportedHashes(module.store, hasher).refresh();

        verify(hasher).expect(new PasswordHash("{bcrypt}$2a$04$" + salted));
        verify(hasher).expect(new PasswordHash("{bcrypt}$2a$10$z" + salted.substring(1)));
        verifyNoMoreInteractions(hasher);
    }

    @Test
    void importedHashesWhenTheDatabaseIsAwayThenTheNextTimeDecides() {
        PasswordHasher hasher = mock(PasswordHasher.class);
        var away = new UserModule.OtherStore(0) {

            @Override
            List<PasswordHash> importedHashOfEachKind() {
                throw ProblemException.storageUnavailable(new IllegalStateException("away"));
            }
        };

        new ImportedHashes(away, hasher).refresh();

        verifyNoInteractions(hasher);
    }

    private Optional<Long> version() {
        return users.get(id).map(StoredCredential::credentialVersion);
    }

    /** Without a word to this process. */
    private void changedByAnother() {
        module.jdbc.update("update users set credential_version = credential_version + 1");
    }

    private void store(String userName, String hash) {
        module.jdbc.update("update users set password_hash = ? where name = ?", hash, userName);
    }
}
