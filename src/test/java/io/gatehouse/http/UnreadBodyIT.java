package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is refused before its body was read does not break the client's next one. */
class UnreadBodyIT {

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 16", "Transfer-Encoding: chunked"})
    void refusalWhenBodyIsStillToComeThenSaysThatTheConnectionEnds(String announced) {
        try (var http = new RawHttp(server)) {
            RawHttp.Answer refused = http.send(new byte[0], "POST /v2/vectordb/users/drop HTTP/1.1", announced);

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.head()).anyMatch(line -> line.equalsIgnoreCase("Connection: close"));
        }
    }

    @Test
    void refusalWhenBodyHasArrivedThenTheConnectionGoesOn() {
        byte[] body = "{\"userName\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        try (var http = new RawHttp(server)) {
            RawHttp.Answer refused = http.send(body, "POST /v2/vectordb/users/drop HTTP/1.1");
            RawHttp.Answer next = http.send(new byte[0], "GET /livez HTTP/1.1");

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.head()).noneMatch(line -> line.equalsIgnoreCase("Connection: close"));
            assertThat(next.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /v2/vectordb/users/drop", "POST /api/v1/users"})
    void refusalWhenACallersBodyWasReadThenTheConnectionGoesOn(String request) {
        try (var http = new RawHttp(server)) {
            http.begin(
                    new byte[0],
                    request + " HTTP/1.1",
                    "Authorization: Bearer root:Milvus",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked");
            http.more("1\r\n{\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            RawHttp.Answer refused = http.answer();
            RawHttp.Answer next = http.send(new byte[0], "GET /livez HTTP/1.1");

            assertThat(refused.head()).noneMatch(line -> line.equalsIgnoreCase("Connection: close"));
            assertThat(next.status()).isEqualTo(200);
        }
    }
}
