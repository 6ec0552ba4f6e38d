package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S1 and S7 by environment variables, which win over Milvus' files; and the files that nobody names. */
@Tag("operator")
class EnvironmentIT {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void s1StartWhenTheEnvironmentTurnsAuthenticationOffThenIsObeyed() throws Exception {
        Path file = Files.writeString(folder.resolve("on.yaml"), "common: {security: {authorizationEnabled: true}}\n");

        try (var server = GatehouseProcess.startIn(
                Map.of("COMMON_SECURITY_AUTHORIZATIONENABLED", "false", "GATEHOUSE_MILVUSCONFIG", file.toString()),
                TestDatabase.H2.fresh())) {
            assertThat(server.send(null, "GET", "/api/v1/users", null).status()).isEqualTo(200);
        }
    }

    @Test
    void s7StartWhenTheEnvironmentNamesSuperusersThenWinsOverTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("none.yaml"), "common: {security: {superUsers: nobody}}\n");

        try (var server = GatehouseProcess.startIn(
                Map.of("COMMON_SECURITY_SUPERUSERS", "root, foo"),
                TestDatabase.H2.fresh(),
                "gatehouse.milvus-config=" + file)) {
            String reset = "{\"newPassword\":\"P@ssw0rd1\"}";
            server.send("root:Milvus", "POST", "/api/v1/users", "{\"userName\":\"foo\",\"password\":\"P@ssw0rd\"}");

            assertThat(server.send("foo:P@ssw0rd", "PUT", "/api/v1/users/foo/password", reset)
                            .status())
                    .isEqualTo(204);
            assertThat(server.send("root:Milvus", "PUT", "/api/v1/users/foo/password", reset)
                            .status())
                    .isEqualTo(204);
            assertThat(server.output()).contains("settings are read from " + file);
        }
    }
}
