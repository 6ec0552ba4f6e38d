package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator reads of a start: few lines, each of which says something, and at last where everything is. */
@Tag("operator")
class StartLogIT {

    private static final int FEWER_THAN = 15;

    @ParameterizedTest
    @EnumSource
    void startWhenItIsTheFirstThenSaysInFewLinesWhatMatters(TestDatabase database) {
        Map<String, String> settings = database.fresh();
        try (var gatehouse = GatehouseProcess.start(settings)) {
            List<String> lines = gatehouse.output().lines().toList();

            assertThat(lines)
                    .hasSizeLessThan(FEWER_THAN)
                    .anyMatch(line -> line.contains("Starting GatehouseApplication v"))
                    .anyMatch(line -> line.contains(
                            "the database is " + (database == TestDatabase.H2 ? "H2 2." : "PostgreSQL 1")))
                    .anyMatch(line -> line.contains("schema migrated: version="))
                    .anyMatch(line -> line.contains("user created: user=root"))
                    .anyMatch(line -> line.contains("authentication is on"))
                    .anyMatch(line -> line.contains("TLS is off: tokens travel in clear"));
            assertThat(gatehouse.complaints())
                    .singleElement()
                    .asString()
                    .endsWith("root still has the default password: change it");
            assertThat(lines.get(lines.size() - 1))
                    .endsWith(
                            "ready: gRPC and REST %1$s, Swagger UI %1$s/swagger-ui.html, health %2$s/healthz, metrics %2$s/actuator/prometheus"
                                    .formatted(
                                            gatehouse.uri(""),
                                            gatehouse
                                                    .managementUri("")
                                                    .toString()
                                                    .replace("localhost", "127.0.0.1")));
            assertThat(gatehouse.errors()).isEmpty();
        }
    }

    @Test
    void startWhenSettingsCloseThingsThenTheLastLineDoesNotNameThem() {
        try (var gatehouse = GatehouseProcess.start(
                TestDatabase.H2.fresh(),
                "server.address=::1",
                "springdoc.swagger-ui.enabled=false",
                "common.security.authorizationEnabled=false")) {
            List<String> lines = gatehouse.output().lines().toList();

            assertThat(lines).hasSizeLessThan(FEWER_THAN).noneMatch(line -> line.contains("authentication is on"));
            assertThat(gatehouse.complaints()).anyMatch(line -> line.contains("authentication is off"));
            assertThat(lines.get(lines.size() - 1))
                    .contains("ready: gRPC and REST http://[::1]:")
                    .doesNotContain("Swagger UI");
        }
    }
}
