package io.gatehouse.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.address.Network;
import io.gatehouse.caller.Client;
import io.gatehouse.password.Requester;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Who logged in from which network: such a user is no stranger there, and its password is compared before those of strangers. Nothing
 * secret is remembered, and nothing of logins that failed: whether there is such a user makes no difference where it never logged in.
 */
@Component
class EarlierLogins {

    private static final long MOST = 100_000;
    private static final Duration KEPT_UNUSED = Duration.ofDays(7);

    private final Cache<Login, Boolean> logins = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(KEPT_UNUSED)
            .build();

    private record Login(String userName, String network) {}

    /** Whose share of the hashing a login takes. */
    Requester requester(String userName, Client client) {
        String network = Network.of(client.address());
        return logins.getIfPresent(new Login(userName, network)) == null
                ? Requester.network(network, client.gone())
                : Requester.user(userName, client.gone());
    }

    /** To be called after a good login. */
    void add(String userName, Client client) {
        logins.put(new Login(userName, Network.of(client.address())), true);
    }
}
