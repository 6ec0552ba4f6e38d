package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.password.Requester;
import org.junit.jupiter.api.Test;

/** Who is no stranger where. */
class EarlierLoginsTests {

    private final EarlierLogins logins = new EarlierLogins();

    @Test
    void requesterWhenTheUserLoggedInFromThisNetworkThenIsTheUser() {
        logins.add("user_1", client("192.0.2.1"));
        logins.add("user_2", client("2001:db8::1"));

        assertThat(asked("user_1", "192.0.2.1")).isEqualTo("known user_1");
        assertThat(asked("user_2", "2001:db8::ffff")).isEqualTo("known user_2");
    }

    @Test
    void requesterWhenOnlyOthersLoggedInOrElsewhereThenIsTheNetwork() {
        logins.add("user_1", client("192.0.2.1"));

        assertThat(asked("user_1", "192.0.2.2")).isEqualTo("stranger 192.0.2.2");
        assertThat(asked("user_2", "192.0.2.1")).isEqualTo("stranger 192.0.2.1");
        assertThat(asked("nobody", "2001:db8::1")).isEqualTo("stranger 2001:db8::/64");
    }

    private String asked(String userName, String address) {
        Requester requester = logins.requester(userName, client(address));
        return (requester.known() ? "known " : "stranger ") + requester.name();
    }

    private static Client client(String address) {
        return new Client(Face.GRPC, address, "0123456789abcdef");
    }
}
