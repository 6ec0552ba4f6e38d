package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** TRACE is a method that no path has, and nothing more. */
@ExtendWith(OutputCaptureExtension.class)
class TraceMethodIT {

    @Test
    void traceWhenPathExistsThenIsRefusedOnceAndQuietly(CapturedOutput log) {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            Answer answer = Http.send(server, "root:Milvus", "TRACE", "/api/v1/me", null);

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
            assertThat(answer.response().headers().firstValue("Allow")).hasValue("GET");
            assertThat(answer.json().path("detail").asString()).isEqualTo("this path does not have the method TRACE");
        }
        assertThat(log).contains("Gatehouse listens").doesNotContain("handleException");
    }

    @Test
    void optionsWhenPathExistsThenNamesItsMethods() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

        Answer answer = Http.send(server, "root:Milvus", "OPTIONS", "/api/v1/me", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("Allow")).hasValue("GET,HEAD,OPTIONS");
    }
}
