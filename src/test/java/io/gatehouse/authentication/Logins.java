package io.gatehouse.authentication;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.authentication.Login.Outcome;
import java.util.Optional;

/** A kind of login without users. */
final class Logins {

    static final Outcome REFUSED = new Outcome(Optional.empty(), Optional.empty(), () -> {});

    private Logins() {}

    /** A mock that reads every token and refuses it. */
    static Login refusing() {
        Login login = mock(Login.class);
        when(login.reads(any())).thenReturn(true);
        when(login.prove(any(), any())).thenReturn(REFUSED);
        return login;
    }

    static Outcome proven(Proof proof) {
        return new Outcome(Optional.of(proof), Optional.of(proof.subject()), () -> {});
    }
}
