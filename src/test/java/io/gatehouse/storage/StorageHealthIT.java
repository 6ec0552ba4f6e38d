package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A PostgreSQL that cannot write, as it says itself; of H2 a full disk is the test ({@code packaged.FullDiskContract}). */
class StorageHealthIT {

    private static final String ROOT = "root:Milvus";

    @ParameterizedTest
    @CsvSource({"53100, the disk of PostgreSQL is full", "25006, PostgreSQL is read-only"})
    void healthWhenPostgresCannotWriteThenSaysSoAndReadinessStays(String state, String reason) throws SQLException {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.start(database)) {
            var api = new AdminApi(server);
            api.create(ROOT, "user_1", "P@ssw0rd");
            Answer before = health(server);
            double writableBefore = new Metrics(server).value("gatehouse_storage_writable");

            execute(
                    database,
                    "create function refuse() returns trigger language plpgsql as"
                            + " 'begin raise exception using errcode = ''" + state + "'', message = ''no''; end'");
            execute(
                    database,
                    "create trigger refuse before insert on audit_events for each row execute function refuse()");
            Answer refused = Http.send(server, ROOT, "DELETE", "/api/v1/users/user_1", null);
            Answer during = health(server);
            Answer ready = Http.send(server, null, "GET", "/readyz", null);
            Answer healthz = Http.send(server, null, "GET", "/healthz", null);
            Answer details = Http.send(server, ROOT, "GET", "/readyz", null);
            double writable = new Metrics(server).value("gatehouse_storage_writable");
            execute(database, "drop trigger refuse on audit_events");

            assertThat(before.status()).isEqualTo(200);
            assertThat(writableBefore).isEqualTo(1);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(during.status()).isEqualTo(503);
            assertThat(during.body()).isEqualTo("{\"status\":\"READ_ONLY\"}");
            assertThat(ready.status()).isEqualTo(200);
            assertThat(ready.body()).isEqualTo("{\"status\":\"UP\"}");
            assertThat(healthz.body()).isEqualTo("OK");
            assertThat(details.json().at("/components/storage/status").stringValue())
                    .isEqualTo("READ_ONLY");
            assertThat(details.json().at("/components/storage/details/reason").stringValue())
                    .isEqualTo(reason);
            assertThat(writable).isZero();
            Await.until("it can write again", () -> health(server).status() == 200);
        }
    }

    private static Answer health(GatehouseServer server) {
        return Http.send(
                HttpRequest.newBuilder(server.managementUri("/actuator/health")).build());
    }

    private static void execute(Map<String, String> database, String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
