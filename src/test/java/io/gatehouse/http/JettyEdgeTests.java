package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.RawHttp;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

/** A real Jetty, with what Gatehouse changes of it: headers are read as they came, and its own refusals are problems. */
class JettyEdgeTests {

    private static final String MALFORMED = "the request line or a header is malformed";
    private static final String TOO_LARGE = "the request line or the headers are too large";

    private final WebServer jetty = jetty();

    /** Answers with what it was sent. */
    private static final class Echo extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getOutputStream()
                    .print(request.getHeader("Content-Type") + " " + request.getHeader("Authorization"));
        }
    }

    @BeforeEach
    void start() {
        jetty.start();
    }

    @AfterEach
    void stop() {
        jetty.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /path HTTP/9.9", "GET /a%00b HTTP/1.1", "BREW /a%00b HTTP/1.1"})
    void requestWhenItReachesNoServletThenIsAProblemAndTheConnectionEnds(String line) {
        RawHttp.Answer answer = send(line);

        String body = OneFace.refused("MALFORMED_REQUEST", MALFORMED, "/");
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.status()).isEqualTo(OneFace.STATUS);
        assertThat(answer.head())
                .contains(
                        "Connection: close",
                        "Content-Type: application/json",
                        "Cache-Control: no-store",
                        "Content-Length: " + body.length());
    }

    @Test
    void requestWhenItsHeadIsTooLargeThenIsAProblemOfItsPath() {
        RawHttp.Answer answer = send("GET /echo HTTP/1.1", "X-Long: " + "x".repeat(20_000));

        assertThat(answer.body()).isEqualTo(OneFace.refused("HEADER_TOO_LARGE", TOO_LARGE, "/echo"));
    }

    @Test
    void requestsWhenTheirHeadersDifferInCaseThenEachIsReadAsItCame() {
        try (var connection = new RawHttp(uri())) {
            String first = echo(connection, "Content-Type: a/b", "Authorization: root:Milvus");
            String second = echo(connection, "content-type: A/B", "authorization: ROOT:milvus");
            String third = echo(connection, "Content-Type: a/b", "Authorization: root:Milvus");

            assertThat(first).isEqualTo("a/b root:Milvus");
            assertThat(second).isEqualTo("A/B ROOT:milvus");
            assertThat(third).isEqualTo(first);
        }
    }

    @Test
    void requestWhenAHeaderIsAWellKnownOneInAnotherCaseThenIsReadAsItCame() {
        try (var connection = new RawHttp(uri())) {
            assertThat(echo(connection, "content-type: Text/HTML", "Authorization: x"))
                    .isEqualTo("Text/HTML x");
        }
    }

    private String echo(RawHttp connection, String... fields) {
        String[] head = {"GET /echo HTTP/1.1", fields[0], fields[1]};
        return connection.send(new byte[0], StandardCharsets.UTF_8, head).body();
    }

    private RawHttp.Answer send(String... head) {
        try (var connection = new RawHttp(uri())) {
            return connection.send(new byte[0], head);
        }
    }

    private static WebServer jetty() {
        var factory = new JettyServletWebServerFactory(0);
        new ContainerErrors.BeforeServlets(OneFace.refusals()).customize(factory);
        new ExactHeaders().customize(factory);
        return factory.getWebServer(
                context -> context.addServlet("echo", new Echo()).addMapping("/echo"));
    }

    private URI uri() {
        return URI.create("http://localhost:" + jetty.getPort() + "/");
    }
}
