package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.KillablePostgres;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;

/**
 * Two processes on one PostgreSQL, which is killed between two changes; the faults of a listener alone are in {@code
 * io.gatehouse.cluster}. Nothing is noticed by the passing of time: the staleness is an hour.
 */
class ReplicasIT {

    private static final String HOUR = "gatehouse.cluster.staleness=1h";

    @Test
    void changesWhenPostgresIsKilledBetweenThemThenEndOldTokensOnTheOtherReplica() {
        try (KillablePostgres postgres = KillablePostgres.start();
                var here = GatehouseProcess.start(postgres.settings(), HOUR);
                var there = GatehouseProcess.start(postgres.settings(), HOUR)) {
            var replicas = new Replicas(here, there);
            replicas.create("changed", "dropped", "deputy");
            replicas.grantAdmin("deputy");

            replicas.changePassword("changed");

            postgres.kill();
            postgres.restart();
            postgres.awaitReady();
            awaitListening(here);
            awaitListening(there);
            assertThat(there.letsIn("dropped", "P@ssw0rd")).isTrue();

            replicas.drop("dropped");
            replicas.revokeAdmin("deputy");
        }
    }

    private static void awaitListening(GatehouseProcess replica) {
        Await.until(
                "changes are heard of",
                () -> Http.send(HttpRequest.newBuilder(replica.managementUri("/actuator/prometheus"))
                                .build())
                        .body()
                        .contains("gatehouse_cluster_listening 1.0"));
    }
}
