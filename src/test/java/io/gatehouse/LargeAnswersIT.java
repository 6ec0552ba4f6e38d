package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every list over HTTP counts in the memory of large answers. */
class LargeAnswersIT {

    private static final String ROOT = "root:Milvus";

    private final GatehouseServer small = GatehouseServer.shared(TestDatabase.H2, "gatehouse.answers.memory=1KB");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v2/vectordb/users/list | {}",
                "GET | /api/v1/users | ",
                "GET | /api/v1/audit-events | ",
            })
    void listWhenThereIsNoRoomForItThenIsToBeAskedAgain(String method, String path, String body) {
        Answer refused = Http.send(small, ROOT, method, path, body);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains("the answer is larger than gatehouse.answers.memory allows");
    }

    @Test
    void answersWhenTheyAreOfTheUsualSizeThenNeedNoRoom() {
        assertThat(new Grpc(small).list(ROOT).names()).contains("root");
        assertThat(Http.send(small, ROOT, "GET", "/api/v1/me", null).status()).isEqualTo(200);
    }

    @Test
    void namesWhenThereAreMoreThanAPageThenAllAreListedOnEveryFace() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2.started())) {
            var api = new AdminApi(server);
            IntStream.range(0, 1002).forEach(i -> api.create(ROOT, "user_" + i, "P@ssw0rd"));

            assertThat(new Grpc(server).list(ROOT).names()).hasSize(1003).isSorted();
            assertThat(Http.send(server, ROOT, "POST", "/v2/vectordb/users/list", "{}")
                            .json()
                            .at("/data")
                            .size())
                    .isEqualTo(1003);
        }
    }
}
