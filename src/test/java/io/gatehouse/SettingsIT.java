package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Milvus' own keys, from a milvus.yaml and from the command line. */
class SettingsIT {

    @TempDir
    private Path directory;

    @Test
    void startWhenMilvusYamlIsNamedThenItsKeysCount() throws Exception {
        Path file = write("""
                common:
                  security:
                    authorizationEnabled: true
                    superUsers: root, foo
                    defaultRootPassword: "from the file"
                proxy:
                  minPasswordLength: 8
                  maxPasswordLength: 13
                  maxUserNum: 2
                  grpc:
                    serverMaxRecvSize: 2048
                    serverMaxSendSize: 4096
                etcd:
                  endpoints: localhost:2379
                """);

        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + file)) {
            var api = new AdminApi(server);

            assertThat(api.logIn("root:from the file").refusal()).isEmpty();
            assertThat(api.create("root:from the file", "foo", "1234567").refusal())
                    .contains(Problem.INVALID_PASSWORD);
            assertThat(api.create("root:from the file", "foo", "12345678901234").refusal())
                    .contains(Problem.INVALID_PASSWORD);
            assertThat(api.create("root:from the file", "foo", "12345678").refusal())
                    .isEmpty();
            assertThat(api.create("root:from the file", "bar", "12345678").refusal())
                    .contains(Problem.USER_LIMIT_REACHED);
            assertThat(api.changePassword("foo:12345678", "foo", null, "123456789")
                            .refusal())
                    .isEmpty();
            assertThatThrownBy(() -> new Grpc(server)
                            .call(
                                    "milvus.proto.milvus.MilvusService/Connect",
                                    Grpc.metadata("root:from the file"),
                                    new byte[2049]))
                    .hasMessage("RESOURCE_EXHAUSTED: gRPC message exceeds maximum size 2048: 2049");
        }
    }

    @Test
    void startWhenCommandLineSaysOtherwiseThenWins() throws Exception {
        Path file = write("common: {security: {authorizationEnabled: false, superUsers: root}}\n");

        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2, "gatehouse.milvus-config=" + file, "common.security.authorizationEnabled=true")) {
            assertThat(Http.send(server, null, "GET", "/api/v1/me", null).status())
                    .isEqualTo(401);
            assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/me", null)
                            .body())
                    .isEqualTo("{\"userName\":\"root\",\"roles\":[],\"superUser\":true,\"administrator\":true}");
        }
    }

    @Test
    void startWhenMilvusYamlTurnsAuthenticationOffThenIsObeyed() throws Exception {
        Path file = write("common:\n  security:\n    authorizationEnabled: false\n");

        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + file)) {
            assertThat(Http.send(server, null, "GET", "/api/v1/users", null).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void startWhenMilvusYamlIsMissingOrNoYamlThenRefused() throws Exception {
        Path absent = directory.resolve("absent.yaml");
        Path nonsense = write("common: [unclosed\n");

        assertThatThrownBy(() -> GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + absent))
                .hasMessage(absent + " cannot be read: there is no such file");
        assertThatThrownBy(() -> GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + nonsense))
                .hasMessage(nonsense + ", line 2: not YAML: expected ',' or ']', but got <stream end>");
    }

    @Test
    void startWhenTheRootPasswordLooksLikeAPlaceholderThenIsTakenAsWritten() {
        String password = "${proxy.port}\\${absent:-x}${";

        try (GatehouseServer server =
                GatehouseServer.start(TestDatabase.H2, "common.security.defaultRootPassword=" + password)) {
            assertThat(new AdminApi(server).logIn("root:" + password).refusal()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---", "# comments only\n", "etcd: {rootPath: by-dev}\nminio: {port: 9000}\n"})
    void startWhenMilvusYamlHasNothingForGatehouseThenTheDefaultsCount(String text) throws Exception {
        try (GatehouseServer server =
                GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + write(text))) {
            assertThat(new AdminApi(server).logIn("root:Milvus").refusal()).isEmpty();
            assertThat(Http.send(server, null, "GET", "/api/v1/me", null).status())
                    .isEqualTo(401);
        }
    }

    @Test
    void startWhenMilvusYamlHasSeveralDocumentsThenTheResourceCounts() throws Exception {
        Path file = write("""
                apiVersion: v1
                kind: Secret
                stringData: {password: canary}
                ---
                apiVersion: milvus.io/v1beta1
                kind: Milvus
                spec: {config: {common: {security: {defaultRootPassword: "from the resource"}}}}
                ---
                """);

        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-config=" + file)) {
            assertThat(new AdminApi(server).logIn("root:from the resource").refusal())
                    .isEmpty();
        }
    }

    @Test
    void startWhenServerPortSaysOtherwiseThanProxyPortThenRefused() {
        assertThatThrownBy(() -> GatehouseServer.start(TestDatabase.H2, "proxy.port=19532", "server.port=8080"))
                .hasMessage(
                        "server.port is 8080, but Gatehouse listens where proxy.port says (19532): set proxy.port instead");
    }

    @Test
    void restV2WhenTurnedOffThenItsPathsExistNowhere() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "proxy.http.enabled=false")) {
            assertThat(Http.send(server, "root:Milvus", "POST", "/v2/vectordb/users/list", "{}")
                            .status())
                    .isEqualTo(404);
            assertThat(Http.send(server, null, "POST", "/v2/vectordb/users/list", "{}")
                            .status())
                    .isEqualTo(401);
            assertThat(Http.send(server, "root:Milvus", "GET", "/api/v1/me", null)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void descriptionWhenClosedThenIsNotServed() {
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2, "springdoc.api-docs.enabled=false", "springdoc.swagger-ui.enabled=false")) {
            assertThat(Http.send(server, null, "GET", "/v3/api-docs", null).status())
                    .isEqualTo(404);
            assertThat(Http.send(server, null, "GET", "/swagger-ui.html", null).status())
                    .isEqualTo(404);
        }
    }

    private Path write(String yaml) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "milvus", ".yaml"), yaml);
    }
}
