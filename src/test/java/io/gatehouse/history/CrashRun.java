package io.gatehouse.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Face.Outcome;
import io.gatehouse.testing.GatehouseProcess;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The cycles of one accident after the other, and what they come to. {@code gatehouse.crash.cycles} says how many there are, {@code
 * gatehouse.crash.seed} lets what is random about them begin as it did before; which calls meet still differs.
 */
final class CrashRun {

    private static final String SUPERUSER = UserCall.SUPERUSER.substring(0, UserCall.SUPERUSER.indexOf(':'));
    private static final int FEW = 2;

    private final String name;
    private final long seed;
    private final int cycles;
    private final Random random;
    private Duration startTime = Duration.ofSeconds(1);
    private int killedStarts;
    private int acknowledged;
    private int lost;

    private CrashRun(String name, long seed, int cycles) {
        this.name = name;
        this.seed = seed;
        this.cycles = cycles;
        this.random = new Random(seed);
    }

    static CrashRun begin(String name) {
        var run = new CrashRun(
                name.toLowerCase(Locale.ROOT),
                Long.getLong("gatehouse.crash.seed", new Random().nextInt(1_000_000)),
                Integer.getInteger("gatehouse.crash.cycles", FEW));
        run.say("begins with %d cycles".formatted(run.cycles));
        return run;
    }

    int cycles() {
        return cycles;
    }

    Random random() {
        return random;
    }

    GatehouseProcess launch(Map<String, String> database) {
        return GatehouseProcess.launch(database, "common.security.superUsers=" + SUPERUSER);
    }

    GatehouseProcess start(Map<String, String> database) {
        GatehouseProcess server = launch(database);
        startTime = server.awaitReady();
        return server;
    }

    /** How long the last start took. */
    Duration startTime() {
        return startTime;
    }

    void createSuperuser(GatehouseProcess server) {
        var api = new AdminApi(server);
        String password = UserCall.SUPERUSER.substring(SUPERUSER.length() + 1);
        assertThat(api.create(UserCall.ROOT, SUPERUSER, password).refusal()).isEmpty();
        assertThat(api.grantRole(UserCall.ROOT, SUPERUSER, "admin").refusal()).isEmpty();
        Outcome reset = api.changePassword(UserCall.SUPERUSER, "nobody", null, password);
        assertThat(reset.refusal()).contains(Problem.USER_NOT_FOUND);
    }

    void countKilledStart() {
        killedStarts++;
    }

    /** Adds what came of a cycle, and says from time to time how it goes. */
    void count(int cycle, Clients clients, Comparison comparison) {
        acknowledged += clients.acknowledged();
        lost += clients.lost();
        if (cycle % 10 == 0 || cycle == cycles) {
            say(("%d cycles, %d starts killed, %d calls acknowledged, %d without an answer (%d of them done),"
                            + " %d users compared, 0 lost")
                    .formatted(
                            cycle,
                            killedStarts,
                            acknowledged,
                            lost,
                            comparison.doneUnanswered(),
                            comparison.compared()));
        }
    }

    void say(String what) {
        System.out.println("crash: %s, seed %d: %s".formatted(name, seed, what));
    }
}
