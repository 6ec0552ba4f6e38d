package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.authentication.Login.Outcome;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import org.junit.jupiter.api.Test;

/** What every kind of login keeps to: whom it proves, whom it refuses, and when a proof ends. */
abstract class LoginContract {

    private static final Client CLIENT = new Client(Face.GRPC, "192.0.2.1", "0123456789abcdef");
    private static final String SECRET = "P@ssw0rd";
    private static final String OTHER = "An0ther!";

    abstract Login login();

    abstract Token token(String userName, String secret);

    abstract void make(String userName, String secret);

    abstract void change(String userName, String secret, String newSecret);

    abstract void drop(String userName);

    /** Whether the user is still let in with what was proven. */
    abstract boolean holds(Proof proof);

    @Test
    void readsWhenTheTokenIsOfItsKindThenDoes() {
        assertThat(login().reads(token("user_1", SECRET))).isTrue();
    }

    @Test
    void proveWhenTheTokenIsRightThenTheProofIsOfItsUserAndHolds() {
        make("user_1", SECRET);
        make("user_2", OTHER);

        Proof proof = proof("user_1", SECRET);

        assertThat(proof.subject()).isEqualTo("user_1");
        assertThat(holds(proof)).isTrue();
        assertThat(proof("user_1", SECRET)).isEqualTo(proof);
        assertThat(proof("user_2", OTHER)).isNotEqualTo(proof);
    }

    /** Only the trail is told which of them it was. */
    @Test
    void proveWhenTheTokenIsWrongOrItsUserUnknownThenThereIsNoProof() {
        make("user_1", SECRET);

        Outcome wrong = login().prove(token("user_1", OTHER), CLIENT);
        Outcome unknown = login().prove(token("nobody", SECRET), CLIENT);

        assertThat(wrong.proof()).isEqualTo(unknown.proof()).isEmpty();
        assertThat(wrong.knownUser()).contains("user_1");
        assertThat(unknown.knownUser()).isEmpty();
        assertThat(login().knownUser(token("user_1", OTHER))).contains("user_1");
        assertThat(login().knownUser(token("nobody", SECRET))).isEmpty();
    }

    @Test
    void proveWhenTheUserWasDroppedThenTheProofEndsThoughItIsMadeAgain() {
        make("user_1", SECRET);
        Proof proof = proof("user_1", SECRET);

        drop("user_1");
        assertThat(holds(proof)).isFalse();
        assertThat(login().prove(token("user_1", SECRET), CLIENT).proof()).isEmpty();
        make("user_1", SECRET);

        assertThat(holds(proof)).isFalse();
        assertThat(holds(proof("user_1", SECRET))).isTrue();
    }

    @Test
    void proveWhenTheSecretWasChangedThenTheProofEndsThoughItIsChangedBack() {
        make("user_1", SECRET);
        Proof proof = proof("user_1", SECRET);

        change("user_1", SECRET, OTHER);
        assertThat(holds(proof)).isFalse();
        assertThat(login().prove(token("user_1", SECRET), CLIENT).proof()).isEmpty();
        assertThat(holds(proof("user_1", OTHER))).isTrue();
        change("user_1", OTHER, SECRET);

        assertThat(holds(proof)).isFalse();
        assertThat(holds(proof("user_1", SECRET))).isTrue();
    }

    @Test
    void toStringWhenCalledThenHasNoSecret() {
        make("user_1", SECRET);
        Token token = token("user_1", SECRET);

        assertThat(token.toString()).doesNotContain(SECRET, "user_1");
        assertThat(login().prove(token, CLIENT).toString()).doesNotContain(SECRET);
    }

    private Proof proof(String userName, String secret) {
        Outcome outcome = login().prove(token(userName, secret), CLIENT);
        assertThat(outcome.knownUser()).contains(userName);
        return outcome.proof().orElseThrow();
    }
}
