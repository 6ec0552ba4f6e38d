package io.gatehouse.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of the packaged Gatehouse at any moment, again and again: after the restart every acknowledged change is there, of
 * an unacknowledged one all or nothing, each with its line in the audit trail, and nobody has two passwords.
 */
abstract class CrashContract {

    /** SIGKILL, as the operating system reports it: 128 and the number of the signal. */
    private static final int KILLED = 137;

    private static final int MOST_CHANGES = 400;

    private final String name;
    private final Map<String, String> database;

    CrashContract(TestDatabase kind) {
        this.name = kind.name();
        this.database = kind.fresh();
    }

    /** Reads the database while no Gatehouse runs on it, and leaves it as the last one left it. */
    abstract StoredUsers stored(Map<String, String> database) throws SQLException;

    @Test
    void changesWhenKilledThenAcknowledgedOnesAreThereAndOthersAreWholeOrAbsent() throws Exception {
        CrashRun run = CrashRun.begin(name);
        GatehouseProcess server = run.start(database);
        try {
            run.createSuperuser(server);
            var comparison = new Comparison(Clients.userNames());
            for (int cycle = 1; cycle <= run.cycles(); cycle++) {
                Map<String, History> histories = comparison.histories();
                Clients clients = Clients.start(server, histories, "c%d_".formatted(cycle), run.random());
                killDuringChanges(server, clients, run.random());
                StoredUsers stored = stored(database);
                server.close();
                server = restart(run);

                comparison.compare(histories, stored, server);
                run.count(cycle, clients, comparison);
            }
        } finally {
            server.close();
        }
    }

    private static void killDuringChanges(GatehouseProcess server, Clients clients, Random random) throws Exception {
        // Counted, not timed: the changes are in full flow, however busy the machine is
        int changes = random.nextInt(MOST_CHANGES);
        Await.until("there are changes", () -> clients.acknowledged() > changes);
        Thread.sleep(0, random.nextInt(1_000_000));
        int lostBefore = clients.lost();
        clients.stopSoon();
        int exitCode = server.kill();
        clients.await();

        assertThat(exitCode).isEqualTo(KILLED);
        assertThat(lostBefore).describedAs("answers lost while it ran").isZero();
    }

    /** Now and then the start is killed as well, while it recovers from the last time. */
    private GatehouseProcess restart(CrashRun run) throws InterruptedException {
        while (run.random().nextInt(5) == 0) {
            try (GatehouseProcess starting = run.launch(database)) {
                Thread.sleep(run.random().nextLong(run.startTime().toMillis()));
                assertThat(starting.kill()).isEqualTo(KILLED);
                run.countKilledStart();
            }
        }
        return run.start(database);
    }
}
