package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No face takes uploads or forms: neither is ever parsed, so a malformed one is no bug of ours. */
class MultipartIT {

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/me, 200",
        "GET, /api/v1/users, 200",
        "POST, /api/v1/users, 415",
        "DELETE, /api/v1/users/nobody, 404",
        "GET, /v3/api-docs, 200",
        "GET, /swagger-ui/index.html, 200",
        "POST, /v2/vectordb/users/list, 200"
    })
    void sendWhenMultipartHasNoBoundaryThenIsNoInternalError(String method, String path, int status) {
        HttpRequest request = HttpRequest.newBuilder(server.uri(path))
                .header("Authorization", "Bearer root:Milvus")
                .header("Content-Type", "multipart/form-data")
                .method(method, method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody())
                .build();

        Answer answer = Http.send(request);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }

    /** Spring's filter for forms reads them before the token is looked at, however large they are. */
    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "POST"})
    void sendWhenFormIsAnnouncedThenIsRefusedWithoutIt(String method) {
        try (var connection = new RawHttp(server)) {
            RawHttp.Answer answer = connection.send(
                    new byte[0],
                    method + " /api/v1/users HTTP/1.1",
                    "Content-Type: application/x-www-form-urlencoded",
                    "Content-Length: 1073741824");

            assertThat(answer.status()).isEqualTo(401);
        }
    }
}
