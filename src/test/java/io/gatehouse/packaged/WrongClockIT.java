package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes on one PostgreSQL, one of which has a wrong clock: Debian's faketime, where it is installed. */
@Tag("operator")
class WrongClockIT {

    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @ValueSource(strings = {"+1d", "-1d"})
    void changesWhenTheClockOfAReplicaIsWrongThenEndOldTokensOnBoth(String wrong) {
        Optional<Path> faketime = Stream.of("x86_64", "aarch64")
                .map(machine -> Path.of("/usr/lib/%s-linux-gnu/faketime/libfaketime.so.1".formatted(machine)))
                .filter(Files::exists)
                .findFirst();
        assumeTrue(faketime.isPresent(), "faketime is not installed");
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        // The machine's time is wrong, its timers are not
        Map<String, String> environment = Map.of(
                "LD_PRELOAD",
                faketime.orElseThrow().toString(),
                "FAKETIME",
                wrong,
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");

        try (var right = GatehouseProcess.start(database);
                var astray = GatehouseProcess.startIn(environment, database)) {
            changes(new Replicas(right, astray), "right");
            changes(new Replicas(astray, right), "astray");
            assertThat(Duration.between(Instant.now(), createdAt(right, "astrayDeputy"))
                            .abs())
                    .isGreaterThan(HOUR);
        }
    }

    private static Instant createdAt(GatehouseProcess replica, String userName) {
        return Instant.parse(replica.send(Replicas.ROOT, "GET", "/api/v1/users/" + userName, null)
                .json()
                .at("/createdAt")
                .stringValue());
    }

    private static void changes(Replicas replicas, String prefix) {
        replicas.create(prefix + "Changed", prefix + "Dropped", prefix + "Deputy");
        replicas.changePassword(prefix + "Changed");
        replicas.drop(prefix + "Dropped");
        replicas.grantAdmin(prefix + "Deputy");
        replicas.revokeAdmin(prefix + "Deputy");
    }
}
