package io.gatehouse.authentication;

import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.password.Password;
import io.gatehouse.testing.GatehouseServer;

/** Under what a server remembers a token that it verified. */
public final class VerifiedDigests {

    private VerifiedDigests() {}

    public static String of(GatehouseServer server, String userName, String password) {
        return server.bean(VerifiedTokens.class).digest(new UserPassword(userName, Password.of(password)));
    }
}
