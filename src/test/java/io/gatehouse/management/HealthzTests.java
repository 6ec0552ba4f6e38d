package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.ReadinessEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.MediaType;

class HealthzTests {

    @ParameterizedTest
    @CsvSource({"UP, 200, OK", "DOWN, 503, not ready", "OUT_OF_SERVICE, 503, not ready", "UNKNOWN, 503, not ready"})
    void healthzWhenAskedThenIsTheReadinessInMilvusWords(String readiness, int status, String body) {
        var answer = new Healthz(ReadinessEndpoint.of(() -> new Status(readiness))).healthz();

        assertThat(answer.getStatusCode().value()).isEqualTo(status);
        assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.TEXT_PLAIN);
        assertThat(answer.getBody()).isEqualTo(body);
    }

    @Test
    void healthzWhenThereIsNoReadinessThenIsNotReady() {
        assertThat(new Healthz(ReadinessEndpoint.none()).healthz().getBody()).isEqualTo("not ready");
    }
}
