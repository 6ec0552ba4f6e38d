package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.ReadinessEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Status;

class ReadinessTests {

    @ParameterizedTest
    @CsvSource({"UP, true", "DOWN, false", "OUT_OF_SERVICE, false", "UNKNOWN, false"})
    void isReadyWhenAskedThenIsSoOnlyWhileUp(String status, boolean ready) {
        assertThat(new Readiness(ReadinessEndpoint.of(() -> new Status(status))).isReady())
                .isEqualTo(ready);
    }

    @Test
    void isReadyWhenThereIsNoReadinessThenIsNot() {
        assertThat(new Readiness(ReadinessEndpoint.none()).isReady()).isFalse();
    }
}
