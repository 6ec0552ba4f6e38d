package io.gatehouse.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One port for gRPC and HTTP, without TLS, over real connections. */
class FrontIT {

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2, PortEndpoints.SETTING);

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,0:0:0:0:0:0:0:1"})
    void callWhenMadeOverEitherProtocolThenIsAnsweredAndTheClientsAddressIsKnown(String host, String address)
            throws Exception {
        try (var grpc = new GrpcClient(server, host, null);
                var http = new RawConnection(server, InetAddress.getByName(host))) {
            String overGrpc = PortEndpoints.callForText(grpc.channel(), PortEndpoints.WHO, "");
            String overHttp = http.send("GET /port/who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readToEnd();

            assertThat(overGrpc).isEqualTo("address=%s security=NONE certificate=none", address);
            assertThat(overHttp)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\naddress=%s scheme=http secure=false cipher=null certificate=none"
                            .formatted(host.equals("::1") ? "[0:0:0:0:0:0:0:1]" : address));
        }
    }

    @Test
    void callWhenMadeToTheFacesThenIsAnsweredThroughTheRelay() {
        Http.Answer answer = Http.send(server, "root:Milvus", "GET", "/api/v1/me", null);

        assertThat(answer.status()).isEqualTo(200);
    }
}
