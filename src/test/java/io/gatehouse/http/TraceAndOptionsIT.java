package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** TRACE is a method that no path has, and nothing more. */
@ExtendWith(OutputCaptureExtension.class)
class TraceAndOptionsIT {

    @Test
    void traceWhenPathExistsThenIsRefusedOnceAndQuietly(CapturedOutput log) {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            Answer answer = Http.send(server, "root:Milvus", "TRACE", "/api/v1/me", null);

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
            assertThat(answer.response().headers().firstValue("Allow")).hasValue("GET");
            assertThat(answer.json().path("detail").asString()).isEqualTo("this path does not have the method TRACE");
        }
        assertThat(log).contains("ready: ").doesNotContain("handleException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Nothing: 1", "Origin: http://example.com\r\nAccess-Control-Request-Method: DELETE"})
    void optionsWhenPathExistsThenNamesItsMethods(String fields) {
        try (var connection = new RawHttp(GatehouseServer.shared(TestDatabase.H2))) {
            RawHttp.Answer answer = connection.send(
                    new byte[0], "OPTIONS /api/v1/me HTTP/1.1", "Authorization: Bearer root:Milvus", fields);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).contains("Allow: GET,HEAD,OPTIONS");
        }
    }
}
