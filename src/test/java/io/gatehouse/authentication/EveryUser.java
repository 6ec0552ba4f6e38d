package io.gatehouse.authentication;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.password.Password;
import java.util.Optional;
import java.util.Set;

/** A check of tokens without a database: every user's password is {@code Milvus}, and {@code super} is a superuser. */
public final class EveryUser {

    private static final Password RIGHT = Password.of("Milvus");

    private EveryUser() {}

    public static TokenAuthenticator authenticator() {
        TokenAuthenticator authenticator = mock(TokenAuthenticator.class);
        when(authenticator.authenticate(any(), any())).thenAnswer(asked -> {
            UserPassword token = asked.getArgument(0);
            String name = token.claimedUser();
            return token.password().isSame(RIGHT)
                    ? Optional.of(new ProvenUser(name, Set.of(), name.equals("super"), true, asked.getArgument(1)))
                    : Optional.empty();
        });
        when(authenticator.callerOf(any(), any())).thenCallRealMethod();
        return authenticator;
    }
}
