package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The address without a path, as one types it into a browser. */
class StartPageIT {

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void readWhenSwaggerUiIsOnThenLeadsThere(String method) {
        Answer answer = Http.send(
                HttpRequest.newBuilder(GatehouseServer.shared(TestDatabase.H2).uri("/"))
                        .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
                        .method(method, BodyPublishers.noBody())
                        .build());

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.response().headers().firstValue("Location")).hasValue("/swagger-ui.html");
        assertThat(answer.body()).isEmpty();
        assertThat(answer.response().headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(answer.response().headers().firstValue("X-Content-Type-Options"))
                .hasValue("nosniff");
        assertThat(answer.response().headers().firstValue("Content-Security-Policy"))
                .isPresent();
    }

    @Test
    void changeWhenSwaggerUiIsOnThenNeedsATokenAndIsNotThere() {
        GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

        assertThat(Http.send(server, null, "POST", "/", "{}").status()).isEqualTo(401);
        assertThat(Http.send(server, "root:Milvus", "POST", "/", "{}").status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"springdoc.swagger-ui.enabled", "springdoc.api-docs.enabled"})
    void readWhenSwaggerUiIsOffThenIsAPathLikeAnyThatIsNowhere(String setting) {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, setting + "=false")) {
            assertThat(Http.send(server, null, "GET", "/", null).status()).isEqualTo(401);
            assertThat(Http.send(server, "root:Milvus", "GET", "/", null).status())
                    .isEqualTo(404);
        }
    }
}
