package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code limit} may be: a decimal number from 1 to 1000, and nothing that Spring would make one of. */
class PageSizeIT {

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

    @ParameterizedTest
    @ValueSource(strings = {"", "limit=1", "limit=1000"})
    void listWhenLimitIsAllowedThenAnswers(String query) {
        Answer answer = list(query);

        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=",
                "limit=%20",
                "limit=ten",
                "limit=0x10",
                "limit=1%200",
                "limit=%2B5",
                "limit=1.0",
                "limit=12345678901"
            })
    void listWhenLimitIsNoDecimalNumberThenIsMalformed(String query) {
        Answer answer = list(query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/malformed-request");
        assertThat(answer.json().path("detail").asString()).isEqualTo("a value of another type is expected: limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=-1", "limit=1001"})
    void listWhenLimitIsOutOfRangeThenSaysTheRange(String query) {
        Answer answer = list(query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").asString()).startsWith("limit out of range");
        assertThat(answer.json().path("errors").toString())
                .isEqualTo("[{\"field\":\"limit\",\"message\":\"must be 1 to 1000\"}]");
    }

    private Answer list(String query) {
        return Http.send(server, "root:Milvus", "GET", "/api/v1/users?" + query, null);
    }
}
