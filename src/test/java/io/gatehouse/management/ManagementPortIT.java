package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.RawHttp;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each port answers about how Gatehouse is, and to whom. */
class ManagementPortIT {

    private static final String ROOT = "root:Milvus";

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);

    @Test
    void healthWhenAnybodyAsksThenIsTheStatusAlone() {
        Answer health = onManagementPort(null, "GET", "/actuator/health");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(health.response().headers().firstValue("X-Request-Id")).isPresent();
    }

    @Test
    void healthWhenAskedWithATokenThenTheTokenIsNotRead() {
        for (String token : new String[] {ROOT, "root:wrong", "nonsense"}) {
            Answer health = onManagementPort(token, "GET", "/actuator/health");

            assertThat(health.status()).isEqualTo(200);
            assertThat(health.body()).isEqualTo("{\"status\":\"UP\"}");
        }
    }

    @Test
    void infoWhenAnybodyAsksThenTellsTheVersionAndNothingElse() {
        Answer info = onManagementPort(null, "GET", "/actuator/info");

        assertThat(info.status()).isEqualTo(200);
        assertThat(info.body()).matches("\\{\"build\":\\{[^{}]*\"version\":\"[^\"]+\"[^{}]*}}|\\{}");
    }

    @Test
    void healthzWhenReadyThenSaysOkAsMilvusDoes() {
        Answer management = onManagementPort(null, "GET", "/healthz");
        Answer face = Http.send(server, null, "GET", "/healthz", null);

        assertThat(management.status()).isEqualTo(200);
        assertThat(management.contentType()).startsWith("text/plain");
        assertThat(management.body()).isEqualTo("OK");
        assertThat(face.status()).isEqualTo(200);
        assertThat(face.contentType()).startsWith("text/plain");
        assertThat(face.body()).isEqualTo("OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/info", "/actuator/prometheus", "/healthz"})
    void headWhenPathIsOpenThenAnswersWithoutABodyAndOtherMethodsAreRefused(String path) {
        Answer head = onManagementPort(null, "HEAD", path);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
            Answer refused = onManagementPort(ROOT, method, path);
            assertThat(refused.status()).as(method).isEqualTo(405);
            assertThat(refused.contentType()).as(method).isEqualTo("application/problem+json");
            assertThat(refused.response().headers().firstValue("Allow")).contains("GET, HEAD");
            assertThat(refused.json().path("type").stringValue()).isEqualTo("/problems/method-not-allowed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/error",
                "/actuator",
                "/actuator/",
                "/actuator/env",
                "/actuator/configprops",
                "/actuator/loggers",
                "/actuator/metrics",
                "/actuator/heapdump",
                "/actuator/shutdown",
                "/actuator/health/",
                "/actuator/health/readiness",
                "/actuator/health/db",
                "/livez",
                "/readyz",
                "/api/v1/users",
                "/api/v1/me",
                "/v2/vectordb/users/list",
                "/api/v1/credential/users",
                "/swagger-ui.html",
                "/v3/api-docs",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF"
            })
    void callWhenPathIsNotOpenThenDoesNotExistWhateverTheToken(String path) {
        for (String token : new @Nullable String[] {null, ROOT}) {
            for (String method : new String[] {"GET", "POST"}) {
                Answer refused = onManagementPort(token, method, path);
                assertThat(refused.status()).isEqualTo(404);
                assertThat(refused.contentType()).isEqualTo("application/problem+json");
                assertThat(refused.json().path("detail").stringValue()).isEqualTo("no such path");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/sbom", "/actuator/sbom/application"})
    void sbomWhenCallerIsNoAdministratorThenIsNotShown(String path) {
        new AdminApi(server).create(ROOT, "sbom_plain", "P@ssw0rd");

        for (String token : new @Nullable String[] {null, "root:wrong", "nobody:P@ssw0rd"}) {
            Answer refused = onManagementPort(token, "GET", path);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.json().path("type").stringValue()).isEqualTo("/problems/unauthenticated");
        }
        Answer plain = onManagementPort("sbom_plain:P@ssw0rd", "GET", path);
        assertThat(plain.status()).isEqualTo(404);
        assertThat(plain.json().path("detail").stringValue()).isEqualTo("no such path");
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
            assertThat(onManagementPort(ROOT, method, path).status()).as(method).isEqualTo(404);
        }
        assertThat(onManagementPort(ROOT, "GET", "/actuator/sbom/../env").status())
                .isEqualTo(400);
        assertThat(onManagementPort(ROOT, "GET", "/actuator/sbom/other").status())
                .isEqualTo(404);
    }

    @Test
    void callWhenMalformedThenIsAProblemDocumentOnTheManagementPortToo() {
        try (var http = new RawHttp(server.managementUri("/"))) {
            RawHttp.Answer answer = http.send(new byte[0], "GET /\u0001 HTTP/1.1");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.head()).anyMatch(field -> field.contains("application/problem+json"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/info",
                "/actuator/prometheus",
                "/actuator/health/readiness",
                "/actuator/env",
                "/actuator/sbom",
                "/actuator/sbom/application"
            })
    void actuatorWhenAskedOnTheFacesPortThenIsAbsent(String path) {
        Answer anonymous = Http.send(server, null, "GET", path, null);
        Answer root = Http.send(server, ROOT, "GET", path, null);

        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(root.status()).isEqualTo(404);
        assertThat(root.json().path("detail").stringValue()).isEqualTo("no such path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void probeWhenAnybodyAsksThenIsTheStatusAlone(String path) {
        Answer probe = Http.send(server, null, "GET", path, null);

        assertThat(probe.status()).isEqualTo(200);
        assertThat(probe.body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @ParameterizedTest
    @CsvSource({"/livez", "/readyz", "/healthz"})
    void probeWhenMethodIsNotForReadingThenIsRefused(String path) {
        Answer head = Http.send(server, null, "HEAD", path, null);
        Answer anonymous = Http.send(server, null, "POST", path, "{}");
        Answer root = Http.send(server, ROOT, "POST", path, "{}");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(root.status()).isEqualTo(405);
    }

    @Test
    void readyzWhenAnAdministratorAsksThenHasDetailsAndNobodyElseSeesThem() {
        var api = new AdminApi(server);
        api.create(ROOT, "ready_plain", "P@ssw0rd");
        api.create(ROOT, "ready_admin", "P@ssw0rd");
        api.grantRole(ROOT, "ready_admin", "admin");

        Answer plain = Http.send(server, "ready_plain:P@ssw0rd", "GET", "/readyz", null);
        Answer live = Http.send(server, ROOT, "GET", "/livez", null);
        Answer wrong = Http.send(server, "ready_admin:wrong", "GET", "/readyz", null);
        Answer below = Http.send(server, ROOT, "GET", "/readyz/db", null);

        assertThat(plain.body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(live.body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(below.status()).isEqualTo(404);
        for (String token : new String[] {ROOT, "ready_admin:P@ssw0rd"}) {
            Answer details = Http.send(server, token, "GET", "/readyz", null);
            var components = details.json().path("components");
            assertThat(details.status()).isEqualTo(200);
            assertThat(components.path("db").path("status").stringValue()).isEqualTo("UP");
            assertThat(components.propertyNames()).doesNotContain("hashing");
            assertThat(components
                            .path("authentication")
                            .path("details")
                            .path("enabled")
                            .booleanValue())
                    .isTrue();
            assertThat(components
                            .path("rootPassword")
                            .path("details")
                            .path("default")
                            .booleanValue())
                    .isTrue();
        }
    }

    private Answer onManagementPort(@Nullable String token, String method, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.managementUri(path)).method(method, BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return Http.send(request.build());
    }
}
