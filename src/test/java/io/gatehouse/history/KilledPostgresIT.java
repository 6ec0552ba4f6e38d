package io.gatehouse.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.KillablePostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of PostgreSQL under a Gatehouse that goes on running: it comes back by itself as soon as PostgreSQL does, and what
 * it acknowledged is there.
 */
@Tag("crash")
class KilledPostgresIT {

    private static final int MOST_CHANGES = 200;
    private static final int LONGEST_OUTAGE_MILLIS = 1500;

    @Test
    void changesWhenPostgresIsKilledThenAcknowledgedOnesAreThereAndGatehouseRecovers() throws Exception {
        CrashRun run = CrashRun.begin("postgres-killed");
        List<Duration> recoveries = new ArrayList<>();
        try (KillablePostgres postgres = KillablePostgres.start();
                GatehouseProcess server = run.start(postgres.settings())) {
            run.createSuperuser(server);
            var comparison = new Comparison(Clients.userNames());
            for (int cycle = 1; cycle <= run.cycles(); cycle++) {
                Map<String, History> histories = comparison.histories();
                Clients clients = Clients.start(server, histories, "c%d_".formatted(cycle), run.random());
                int changes = run.random().nextInt(MOST_CHANGES);
                Await.until("there are changes", () -> clients.acknowledged() > changes);
                killAndRestart(postgres, run.random());
                recoveries.add(recovery(clients));
                clients.await();

                comparison.compare(histories, stored(postgres), server);
                run.count(cycle, clients, comparison);
            }
            assertThat(server.isRunning()).isTrue();
        }
        recoveries.sort(null);
        run.say("changes went on %d ms after PostgreSQL was back (median), %d ms (longest)"
                .formatted(
                        recoveries.get(recoveries.size() / 2).toMillis(),
                        recoveries.get(recoveries.size() - 1).toMillis()));
    }

    private static void killAndRestart(KillablePostgres postgres, Random random) throws Exception {
        if (random.nextInt(3) == 0) {
            postgres.killOneBackend(random);
        } else {
            postgres.kill();
            Thread.sleep(random.nextInt(LONGEST_OUTAGE_MILLIS));
            postgres.restart();
        }
        postgres.awaitReady();
    }

    /** How long it takes until changes succeed again; some of those that wait for a connection do so to their end. */
    private static Duration recovery(Clients clients) {
        Instant back = Instant.now();
        int before = clients.acknowledged();
        Await.until("changes succeed again", () -> clients.acknowledged() > before);
        Duration recovery = Duration.between(back, Instant.now());
        Await.until("changes are in full flow again", () -> clients.acknowledged() > before + 50);
        return recovery;
    }

    private static StoredUsers stored(KillablePostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect()) {
            return StoredUsers.read(connection);
        }
    }
}
