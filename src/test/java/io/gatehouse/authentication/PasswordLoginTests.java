package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.authentication.VerifiedTokens.Verdict;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operations;
import io.gatehouse.password.Password;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.LoginThrottle;
import io.gatehouse.user.UserModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who is let in with a password, as whom, and what the throttle and the audit trail have of it. */
class PasswordLoginTests extends LoginContract {

    private static final AtomicInteger NEXT_ADDRESS = new AtomicInteger();

    private final UserModule module = new UserModule();
    private final Client client = new Client(Face.GRPC, "2001:db8:b" + NEXT_ADDRESS.incrementAndGet() + "::1", "id");
    private final PasswordLogin login = new PasswordLogin(module.verifier, new EarlierLogins());

    @Override
    Login login() {
        return login;
    }

    @Override
    Token token(String userName, String secret) {
        return new UserPassword(userName, Password.of(secret));
    }

    @Override
    void make(String userName, String secret) {
        module.make(userName, secret);
    }

    @Override
    void change(String userName, String secret, String newSecret) {
        module.users.changePassword(UserModule.ROOT, userName, Password.of(secret), Password.of(newSecret));
    }

    @Override
    void drop(String userName) {
        module.users.drop(UserModule.ROOT, userName);
    }

    @Override
    boolean holds(Proof proof) {
        return module.verifier.caller(proof.end(), client).isPresent();
    }

    @Test
    void authenticateWhenThePasswordIsRightThenTheCallerIsTheUser() {
        module.make("user_1", "P@ssw0rd", "public");
        module.make("adm", "P@ssw0rd", "admin");
        module.make("super_1", "P@ssw0rd");

        assertThat(authenticate("user_1", "P@ssw0rd"))
                .contains(new ProvenUser("user_1", Set.of("public"), false, false, client));
        assertThat(authenticate("adm", "P@ssw0rd"))
                .contains(new ProvenUser("adm", Set.of("admin"), false, true, client));
        assertThat(authenticate("super_1", "P@ssw0rd"))
                .contains(new ProvenUser("super_1", Set.of(), true, false, client));
        assertThat(module.told())
                .containsExactly(
                        "succeeded LOGIN by user_1 of null",
                        "succeeded LOGIN by adm of null",
                        "succeeded LOGIN by super_1 of null");
    }

    @Test
    void authenticateWhenRefusedThenOnlyAKnownNameIsTold() {
        module.make("user_1", "P@ssw0rd");

        assertThat(authenticate("user_1", "wrong")).isEmpty();
        assertThat(authenticate("P@ssw0rd", "P@ssw0rd")).isEmpty();
        assertThat(authenticate("nobody", "P@ssw0rd")).isEmpty();

        assertThat(module.told())
                .containsExactly(
                        "UNAUTHENTICATED LOGIN by user_1 of user_1",
                        "UNAUTHENTICATED LOGIN by null of null",
                        "UNAUTHENTICATED LOGIN by null of null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_1", "nobody"})
    void authenticateWhenGuessedOftenThenIsRefusedWhetherThereIsTheUserOrNot(String name) {
        module.make("user_1", "P@ssw0rd");
        for (int i = 0; i < 4; i++) {
            authenticate(name, "wrong");
        }
        module.told();

        assertThatThrownBy(() -> authenticate(name, "P@ssw0rd"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS));
        assertThat(module.told()).containsExactly("TOO_MANY_ATTEMPTS LOGIN by null of null");
    }

    @ParameterizedTest
    @CsvSource({"user_1, user_1", "nobody, null"})
    void authenticateWhenAnotherCallFailedWithTheTokenThenIsAFailedLoginOfThisClient(String name, String told) {
        module.make("user_1", "P@ssw0rd");
        VerifiedTokens tokens = mock(VerifiedTokens.class);
        when(tokens.digest(any())).thenReturn("digest");
        when(tokens.prove(any(), any(), any())).thenReturn(new Verdict(Optional.empty(), true));
        TokenAuthenticator authenticator = authenticator(tokens);
        Token token = token(name, "wrong");

        for (int i = 0; i < 4; i++) {
            assertThat(authenticator.authenticate(token, client)).isEmpty();
        }

        assertThat(module.told()).hasSize(4).containsOnly("UNAUTHENTICATED LOGIN by %s of %s".formatted(told, told));
        assertThatThrownBy(() -> authenticator.authenticate(token, client))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_ATTEMPTS));
        assertThat(module.told()).containsExactly("TOO_MANY_ATTEMPTS LOGIN by null of null");
        assertThatThrownBy(() -> authenticate(name, "P@ssw0rd")).isInstanceOf(ProblemException.class);
    }

    @Test
    void authenticateWhenRightEveryTimeThenIsNeverThrottled() {
        module.make("user_1", "P@ssw0rd");

        for (int i = 0; i < 10; i++) {
            assertThat(authenticate("user_1", "P@ssw0rd")).isPresent();
        }
    }

    @Test
    void authenticateWhenRightAfterWrongOnesThenThoseAreForgotten() {
        module.make("user_1", "P@ssw0rd");

        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3; i++) {
                assertThat(authenticate("user_1", "wrong")).isEmpty();
            }
            assertThat(authenticate("user_1", "P@ssw0rd")).isPresent();
        }
    }

    @Test
    void authenticateWhenTheHashIsOldThenIsRenewedAndTokensStay() {
        module.make("user_1", "P@ssw0rd");
        storeHash("{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd"));
        var tokens = new VerifiedTokens(new WaitingCallers(), new SimpleMeterRegistry());
        Token token = token("user_1", "P@ssw0rd");

        assertThat(authenticator(tokens).authenticate(token, client)).isPresent();

        assertThat(storedHash()).startsWith("{argon2}");
        assertThat(module.told())
                .containsExactly("succeeded LOGIN by user_1 of null", "changed RENEW_HASH by user_1 of user_1");
        Proof proof = tokens.find(tokens.digest(token)).orElseThrow();
        assertThat(holds(proof)).isTrue();
        assertThat(authenticate("user_1", "P@ssw0rd")).isPresent();
        assertThat(login.prove(token, client).proof()).contains(proof);
        assertThat(module.told()).containsExactly("succeeded LOGIN by user_1 of null");
    }

    @Test
    void authenticateWhenTheHashCannotBeRenewedThenIsLetInAndTheNextLoginRenewsIt() {
        module.make("user_1", "P@ssw0rd");
        String old = "{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd");
        storeHash(old);
        module.jdbc.execute("alter table users add constraint no_renewal check (password_hash like '{bcrypt}%')");

        try {
            assertThat(authenticate("user_1", "P@ssw0rd")).isPresent();
        } finally {
            module.jdbc.execute("alter table users drop constraint no_renewal");
        }
        // The renewal is told of inside of its transaction, which came to nothing
        assertThat(module.told())
                .containsExactly("succeeded LOGIN by user_1 of null", "changed RENEW_HASH by user_1 of user_1");
        assertThat(storedHash()).isEqualTo(old);

        assertThat(authenticate("user_1", "P@ssw0rd")).isPresent();
        assertThat(module.told())
                .containsExactly("succeeded LOGIN by user_1 of null", "changed RENEW_HASH by user_1 of user_1");
    }

    private void storeHash(String hash) {
        module.jdbc.update("update users set password_hash = ? where name = 'user_1'", hash);
    }

    private String storedHash() {
        return Objects.requireNonNull(
                module.jdbc.queryForObject("select password_hash from users where name = 'user_1'", String.class));
    }

    /** Compares the password each time. */
    private Optional<Caller> authenticate(String userName, String password) {
        return authenticator(new VerifiedTokens(new WaitingCallers(), new SimpleMeterRegistry()))
                .authenticate(token(userName, password), client);
    }

    private TokenAuthenticator authenticator(VerifiedTokens tokens) {
        return new TokenAuthenticator(
                new AuthenticationSettings(true),
                tokens,
                List.of(login),
                module.verifier,
                UserModule.bean(LoginThrottle.class),
                UserModule.bean(Operations.class),
                new LoginCounts(new SimpleMeterRegistry()));
    }
}
