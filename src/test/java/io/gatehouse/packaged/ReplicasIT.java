package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.KillablePostgres;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two processes on one PostgreSQL, which is killed between two changes; the faults of a listener alone are in {@code
 * io.gatehouse.cluster}. Nothing is noticed by the passing of time: the staleness is an hour.
 */
class ReplicasIT {

    private static final String HOUR = "gatehouse.cluster.staleness=1h";
    private static final String ROOT = "root:Milvus";
    private static final Duration SOON = Duration.ofSeconds(15);

    @Test
    void changesWhenPostgresIsKilledBetweenThemThenEndOldTokensOnTheOtherReplica() {
        try (KillablePostgres postgres = KillablePostgres.start();
                var here = GatehouseProcess.start(postgres.settings(), HOUR);
                var there = GatehouseProcess.start(postgres.settings(), HOUR)) {
            known(here, there, "changed");
            known(here, there, "dropped");
            known(here, there, "deputy");
            change(here, "PUT", "/api/v1/users/deputy/roles/admin", null);
            awaitStatus(there, "deputy:P@ssw0rd", 200);

            change(here, "PUT", "/api/v1/users/changed/password", """
                    {"oldPassword":"P@ssw0rd","newPassword":"P@ssw0rd123"}""");
            awaitRefused(there, "changed", "P@ssw0rd");
            assertThat(there.letsIn("changed", "P@ssw0rd123")).isTrue();

            postgres.kill();
            postgres.restart();
            postgres.awaitReady();
            awaitListening(here);
            awaitListening(there);
            assertThat(there.letsIn("dropped", "P@ssw0rd")).isTrue();
            awaitStatus(there, "deputy:P@ssw0rd", 200);

            change(here, "DELETE", "/api/v1/users/dropped", null);
            change(here, "DELETE", "/api/v1/users/deputy/roles/admin", null);

            awaitRefused(there, "dropped", "P@ssw0rd");
            awaitStatus(there, "deputy:P@ssw0rd", 403);
        }
    }

    /** A user whom both let in, the second time from memory. */
    private static void known(GatehouseProcess here, GatehouseProcess there, String userName) {
        assertThat(here.send(ROOT, "POST", "/api/v1/users", """
                        {"userName":"%s","password":"P@ssw0rd"}""".formatted(userName))
                        .status())
                .isEqualTo(201);
        for (GatehouseProcess replica : List.of(here, there, here, there)) {
            assertThat(replica.letsIn(userName, "P@ssw0rd")).isTrue();
        }
    }

    private static void change(GatehouseProcess replica, String method, String path, @Nullable String body) {
        assertThat(replica.send(ROOT, method, path, body).status()).isEqualTo(204);
    }

    private static void awaitRefused(GatehouseProcess replica, String userName, String password) {
        Await.until(SOON, "the other replica refuses " + userName, () -> !replica.letsIn(userName, password));
    }

    /** What listing the users, as administrators may, is answered with. */
    private static void awaitStatus(GatehouseProcess replica, String token, int status) {
        Await.until(
                SOON,
                "the list of users is answered with " + status,
                () -> replica.send(token, "GET", "/api/v1/users", null).status() == status);
    }

    private static void awaitListening(GatehouseProcess replica) {
        Await.until(
                SOON,
                "changes are heard of",
                () -> Http.send(HttpRequest.newBuilder(replica.managementUri("/actuator/prometheus"))
                                .build())
                        .body()
                        .contains("gatehouse_cluster_listening 1.0"));
    }
}
