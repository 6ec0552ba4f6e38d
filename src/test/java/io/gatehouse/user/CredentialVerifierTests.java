package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.password.CountedHashes;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.password.Requester;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whose password it is, and for how long. */
class CredentialVerifierTests {

    private static final AtomicInteger NEXT_ADDRESS = new AtomicInteger();
    private static final Password PASSWORD = Password.of("P@ssw0rd");

    private static final Requester STRANGER = Requester.network("192.0.2.1", () -> false);

    private final UserModule module = new UserModule();
    private final CredentialVerifier verifier = module.verifier;
    private final Client client = new Client(Face.GRPC, "2001:db8:" + NEXT_ADDRESS.incrementAndGet() + "::1", "id");

    @Test
    void compareWhenThePasswordIsRightThenTheVersionIsThatOfTheUser() {
        module.make("user_1", "P@ssw0rd", "public");
        module.make("adm", "P@ssw0rd", "admin");
        module.make("super_1", "P@ssw0rd");

        assertThat(caller(version("user_1")))
                .contains(new ProvenUser("user_1", Set.of("public"), false, false, client));
        assertThat(caller(version("adm"))).contains(new ProvenUser("adm", Set.of("admin"), false, true, client));
        assertThat(caller(version("super_1"))).contains(new ProvenUser("super_1", Set.of(), true, false, client));
    }

    /** From the first refusal of a process on, whoever stored the hashes. */
    @Test
    void compareWhenRefusedThenComparesWithOneHashOfEachStoredKindWhoeverIsNamed() {
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
                assertThat(verifier(hashes.hasher())
                                .compare(STRANGER, name, PASSWORD, client)
                                .matched())
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
    void compareWhenTheLastHashOfAKindWentThenItCostsNothingAnyMore() {
        String today = "{argon2}$argon2id$v=19$m=64,t=1,p=1";
        module.make("user_1", "P@ssw0rd");
        module.make("imported", "P@ssw0rd");
        module.jdbc.update(
                "update users set password_hash = ? where name = 'imported'", "{bcrypt}$2a$12$" + "a".repeat(53));
        try (var hashes = new CountedHashes(today)) {
            verifier(hashes.hasher()).compare(STRANGER, "nobody", PASSWORD, client);
            assertThat(hashes.compared()).containsExactly(today, "{bcrypt}$2a$12");

            module.users.drop(UserModule.ROOT, "imported");

            verifier(hashes.hasher()).compare(STRANGER, "nobody", PASSWORD, client);
            assertThat(hashes.compared()).containsExactly(today);
        }
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
        UserVersion before = version("user_1");
        assertThat(caller(before)).isPresent();

        module.users.grantRole(UserModule.ROOT, "user_1", "admin");
        assertThat(caller(before)).isEmpty();
        UserVersion granted = version("user_1");
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
        UserVersion later = version("user_1");
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
    void callerWhenAnotherReplicaChangedTheUserThenAVersionIsNewerThanWhatIsRemembered() {
        module.make("user_1", "P@ssw0rd");
        assertThat(caller(version("user_1"))).isPresent();
        module.jdbc.update("update users set credential_version = credential_version + 1 where name = 'user_1'");

        assertThat(caller(version("user_1"))).isPresent();
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
                module.store, UserModule.bean(CurrentUsers.class), hasher, UserModule.bean(UserSettings.class));
    }

    private UserVersion version(String name) {
        return verifier.compare(STRANGER, name, PASSWORD, client).matched().orElseThrow();
    }

    private Optional<Caller> caller(UserVersion version) {
        return verifier.caller(version, client);
    }
}
