package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.password.CountedHashes;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.LoginThrottle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who is let in, as whom, and for how long. */
class CredentialVerifierTests {

    private static final AtomicInteger NEXT_ADDRESS = new AtomicInteger();
    private static final Password PASSWORD = Password.of("P@ssw0rd");

    private final UserModule module = new UserModule();
    private final CredentialVerifier verifier = module.verifier;
    private final Client client = new Client(Face.GRPC, "2001:db8:" + NEXT_ADDRESS.incrementAndGet() + "::1", "id");

    @Test
    void verifyWhenThePasswordIsRightThenTheProofStandsForTheUser() {
        module.make("user_1", "P@ssw0rd", "public");
        module.make("adm", "P@ssw0rd", "admin");
        module.make("super_1", "P@ssw0rd");

        assertThat(caller(proof("user_1"))).contains(new Caller("user_1", Set.of("public"), false, false, client));
        assertThat(caller(proof("adm"))).contains(new Caller("adm", Set.of("admin"), false, true, client));
        assertThat(caller(proof("super_1"))).contains(new Caller("super_1", Set.of(), true, false, client));
        assertThat(module.told())
                .containsExactly(
                        "succeeded LOGIN by user_1 of null",
                        "succeeded LOGIN by adm of null",
                        "succeeded LOGIN by super_1 of null");
    }

    @Test
    void verifyWhenRefusedThenOnlyAKnownNameIsTold() {
        module.make("user_1", "P@ssw0rd");

        assertThat(verifier.verify("user_1", Password.of("wrong"), client)).isEmpty();
        assertThat(verifier.verify("P@ssw0rd", PASSWORD, client)).isEmpty();
        assertThat(verifier.verify("nobody", PASSWORD, client)).isEmpty();

        assertThat(module.told())
                .containsExactly(
                        "UNAUTHENTICATED LOGIN by user_1 of user_1",
                        "UNAUTHENTICATED LOGIN by null of null",
                        "UNAUTHENTICATED LOGIN by null of null");
    }

    /** From the first refusal of a process on, whoever stored the hashes. */
    @Test
    void verifyWhenRefusedThenComparesWithOneHashOfEachStoredKindWhoeverIsNamed() {
        String today = "{argon2}$argon2id$v=19$m=64,t=1,p=1";
        String rest = "$" + "A".repeat(22) + "$" + "A".repeat(43);
        Map<String, String> stored = Map.of(
                "today", today + rest,
                "cheap", "{bcrypt}$2b$04$" + "a".repeat(53),
                "dear", "{bcrypt}$2a$12$" + "a".repeat(53),
                "dearer_settings", "{argon2}$argon2id$v=19$m=19456,t=2,p=1" + rest,
                "other_settings", "{argon2}$argon2id$v=19$m=19456,t=2,p=1" + rest,
                "old", "{argon2}$argon2i$m=64,t=1,p=1" + rest,
                "malformed", "{argon2}malformed");
        stored.forEach((name, hash) -> {
            module.make(name, "P@ssw0rd");
            module.jdbc.update("update users set password_hash = ? where name = ?", hash, name);
        });

        for (String name :
                List.of("nobody", "1nobody", "today", "cheap", "dear", "dearer_settings", "old", "malformed")) {
            try (var hashes = new CountedHashes(today)) {
                assertThat(verifier(hashes.hasher()).verify(name, PASSWORD, client))
                        .isEmpty();

                assertThat(hashes.compared())
                        .as(name)
                        .containsExactlyInAnyOrder(
                                "{argon2}$argon2i$m=64,t=1,p=1",
                                today,
                                "{argon2}$argon2id$v=19$m=19456,t=2,p=1",
                                "{bcrypt}$2a$04",
                                "{bcrypt}$2a$12");
            }
        }
    }

    @Test
    void verifyWhenTheLastHashOfAKindWentThenItCostsNothingAnyMore() {
        String today = "{argon2}$argon2id$v=19$m=64,t=1,p=1";
        module.make("user_1", "P@ssw0rd");
        module.make("imported", "P@ssw0rd");
        module.jdbc.update(
                "update users set password_hash = ? where name = 'imported'", "{bcrypt}$2a$12$" + "a".repeat(53));
        try (var hashes = new CountedHashes(today)) {
            verifier(hashes.hasher()).verify("nobody", PASSWORD, client);
            assertThat(hashes.compared()).containsExactly(today, "{bcrypt}$2a$12");

            module.users.drop(UserModule.ROOT, "imported");

            verifier(hashes.hasher()).verify("nobody", PASSWORD, client);
            assertThat(hashes.compared()).containsExactly(today);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_1", "nobody"})
    void verifyWhenGuessedOftenThenIsRefusedWhetherThereIsTheUserOrNot(String name) {
        module.make("user_1", "P@ssw0rd");
        for (int i = 0; i < 4; i++) {
            verifier.verify(name, Password.of("wrong"), client);
        }
        module.told();

        assertThatThrownBy(() -> verifier.verify(name, PASSWORD, client))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS));
        assertThat(module.told()).containsExactly("TOO_MANY_ATTEMPTS LOGIN by null of null");
    }

    @ParameterizedTest
    @CsvSource({"user_1, user_1", "nobody, null"})
    void countFailureOfAnotherWhenCalledThenIsAFailedLoginOfThisClient(String name, String told) {
        module.make("user_1", "P@ssw0rd");

        for (int i = 0; i < 4; i++) {
            verifier.countFailureOfAnother(name, client);
        }

        assertThat(module.told()).hasSize(4).containsOnly("UNAUTHENTICATED LOGIN by %s of %s".formatted(told, told));
        assertThatThrownBy(() -> verifier.countFailureOfAnother(name, client))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS));
        assertThat(module.told()).containsExactly("TOO_MANY_ATTEMPTS LOGIN by null of null");
        assertThatThrownBy(() -> verifier.verify(name, PASSWORD, client)).isInstanceOf(ProblemException.class);
    }

    @Test
    void verifyWhenRightEveryTimeThenIsNeverThrottled() {
        module.make("user_1", "P@ssw0rd");

        for (int i = 0; i < 10; i++) {
            assertThat(verifier.verify("user_1", PASSWORD, client)).isPresent();
        }
    }

    @Test
    void verifyWhenRightAfterWrongOnesThenThoseAreForgotten() {
        module.make("user_1", "P@ssw0rd");

        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3; i++) {
                assertThat(verifier.verify("user_1", Password.of("wrong"), client))
                        .isEmpty();
            }
            assertThat(verifier.verify("user_1", PASSWORD, client)).isPresent();
        }
    }

    @Test
    void verifyWhenTheHashIsOldThenIsRenewedAndTokensStay() {
        module.make("user_1", "P@ssw0rd");
        String old = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd");
        module.jdbc.update("update users set password_hash = ? where name = 'user_1'", old);

        CredentialVerifier.Proof proof = proof("user_1");

        assertThat(module.store
                        .credential("user_1")
                        .orElseThrow()
                        .passwordHash()
                        .encoded())
                .startsWith("{argon2}");
        assertThat(module.told())
                .containsExactly("succeeded LOGIN by user_1 of null", "changed RENEW_HASH by user_1 of user_1");
        assertThat(caller(proof)).isPresent();
        assertThat(proof("user_1")).isEqualTo(proof);
        assertThat(module.told()).containsExactly("succeeded LOGIN by user_1 of null");
    }

    @Test
    void verifyWhenTheHashCannotBeRenewedThenIsLetInAndTheNextLoginRenewsIt() {
        module.make("user_1", "P@ssw0rd");
        String old = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd");
        module.jdbc.update("update users set password_hash = ? where name = 'user_1'", old);
        module.jdbc.execute("alter table users add constraint no_renewal check (password_hash like '{bcrypt}%')");

        try {
            assertThat(caller(proof("user_1"))).isPresent();
        } finally {
            module.jdbc.execute("alter table users drop constraint no_renewal");
        }
        // The renewal is told of inside of its transaction, which came to nothing
        assertThat(module.told())
                .containsExactly("succeeded LOGIN by user_1 of null", "changed RENEW_HASH by user_1 of user_1");
        assertThat(module.store
                        .credential("user_1")
                        .orElseThrow()
                        .passwordHash()
                        .encoded())
                .isEqualTo(old);

        assertThat(caller(proof("user_1"))).isPresent();
        assertThat(module.told())
                .containsExactly("succeeded LOGIN by user_1 of null", "changed RENEW_HASH by user_1 of user_1");
    }

    @Test
    void renewHashWhenThePasswordChangedMeanwhileThenTheNewPasswordStays() {
        module.make("user_1", "P@ssw0rd");
        StoredCredential read = module.store.credential("user_1").orElseThrow();
        module.users.changePassword(UserModule.ROOT, "user_1", PASSWORD, Password.of("An0ther!"));
        module.told();

        module.store.renewHash(
                new Operation(Action.RENEW_HASH, client, "user_1", "user_1", null),
                read,
                new PasswordHash("{argon2}renewed"));

        assertThat(module.letsIn("user_1", "An0ther!")).isTrue();
        assertThat(module.told()).isEmpty();
    }

    @Test
    void callerWhenTheUserChangedSinceThenIsNobodyAtOnce() {
        module.make("user_1", "P@ssw0rd");
        CredentialVerifier.Proof before = proof("user_1");
        assertThat(caller(before)).isPresent();

        module.users.grantRole(UserModule.ROOT, "user_1", "admin");
        assertThat(caller(before)).isEmpty();
        CredentialVerifier.Proof granted = proof("user_1");
        assertThat(caller(granted).orElseThrow().administrator()).isTrue();
        module.users.drop(UserModule.ROOT, "user_1");
        assertThat(caller(granted)).isEmpty();
    }

    @Test
    void callerWhenARestoredDatabaseComesToTheVersionAgainThenIsNobody() {
        module.make("user_1", "P@ssw0rd");
        Map<String, Object> backup = module.jdbc.queryForMap("select * from users where name = 'user_1'");
        module.users.changePassword(UserModule.ROOT, "user_1", PASSWORD, Password.of("An0ther!"));
        module.users.changePassword(UserModule.ROOT, "user_1", Password.of("An0ther!"), PASSWORD);
        CredentialVerifier.Proof later = proof("user_1");
        module.jdbc.update(
                "update users set password_hash = ?, credential_version = ?, updated_at = ? where name = 'user_1'",
                backup.get("password_hash"),
                backup.get("credential_version"),
                backup.get("updated_at"));
        assertThat(caller(later)).isEmpty();

        module.users.changePassword(UserModule.ROOT, "user_1", PASSWORD, Password.of("revoked!"));
        module.users.changePassword(UserModule.ROOT, "user_1", Password.of("revoked!"), Password.of("todays!!"));

        assertThat(module.store.credential("user_1").orElseThrow().credentialVersion())
                .isEqualTo(later.credentialVersion());
        assertThat(caller(later)).isEmpty();
    }

    @Test
    void callerWhenAnotherReplicaChangedTheUserThenAProofIsNewerThanWhatIsRemembered() {
        module.make("user_1", "P@ssw0rd");
        assertThat(caller(proof("user_1"))).isPresent();
        module.jdbc.update("update users set credential_version = credential_version + 1 where name = 'user_1'");

        assertThat(caller(proof("user_1"))).isPresent();
    }

    @Test
    void currentWhenLookedAtAgainThenIsRemembered() {
        module.make("user_1", "P@ssw0rd");
        CurrentUsers currentUsers = UserModule.bean(CurrentUsers.class);
        long id = module.store.credential("user_1").orElseThrow().userId();
        assertThat(currentUsers.get(id)).isPresent();
        module.jdbc.update("update users set credential_version = credential_version + 1 where name = 'user_1'");

        assertThat(currentUsers.get(id).orElseThrow().credentialVersion()).isEqualTo(1);
        currentUsers.forget(id);
        assertThat(currentUsers.get(id).orElseThrow().credentialVersion()).isEqualTo(2);
    }

    private CredentialVerifier verifier(PasswordHasher hasher) {
        return new CredentialVerifier(
                module.store,
                UserModule.bean(CurrentUsers.class),
                hasher,
                UserModule.bean(LoginThrottle.class),
                UserModule.bean(EarlierLogins.class),
                UserModule.bean(Operations.class),
                UserModule.bean(UserSettings.class));
    }

    private CredentialVerifier.Proof proof(String name) {
        return verifier.verify(name, PASSWORD, client).orElseThrow();
    }

    private Optional<Caller> caller(CredentialVerifier.Proof proof) {
        return verifier.caller(proof, client);
    }
}
