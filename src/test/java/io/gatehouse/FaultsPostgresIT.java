package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.DeleteCredentialRequest;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.Status;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens when the database goes away, or when another replica changes it. */
class FaultsPostgresIT {

    @Test
    void databaseWhenAwayThenVerifiedCallersGoOnForTheStalenessAndOthersAreTold() {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.start(
                database, "gatehouse.cluster.staleness=6s", "spring.datasource.hikari.connection-timeout=500")) {
            var api = new AdminApi(server);
            api.create("root:Milvus", "user_1", "P@ssw0rd");
            assertThat(api.logIn("root:Milvus").refusal()).isEmpty();

            TestDatabase.interrupt(database);
            // The verified caller first, who is known for the staleness only
            Http.Answer verified = Http.send(server, "root:Milvus", "GET", "/api/v1/me", null);
            Status changeOverGrpc = new Grpc(server)
                    .stub("root:Milvus")
                    .deleteCredential(DeleteCredentialRequest.newBuilder()
                            .setUsername("user_1")
                            .build());
            Http.Answer change = Http.send(
                    server,
                    "root:Milvus",
                    "POST",
                    "/api/v1/users",
                    "{\"userName\":\"user_2\",\"password\":\"P@ssw0rd\"}");
            Http.Answer unverified = Http.send(server, "user_1:P@ssw0rd", "GET", "/api/v1/me", null);
            Http.Answer rest = Http.send(server, "user_1:P@ssw0rd", "POST", "/v2/vectordb/users/list", "{}");
            StatusRuntimeException overGrpc = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> new Grpc(server)
                            .stub("user_1:P@ssw0rd")
                            .listCredUsers(ListCredUsersRequest.getDefaultInstance()));
            Await.until(
                    "the verified caller is refused after the staleness",
                    () -> api.logIn("root:Milvus").refusal().equals(Optional.of(Problem.STORAGE_UNAVAILABLE)));
            TestDatabase.resume(database);

            assertThat(verified.status()).isEqualTo(200);
            assertThat(unverified.status()).isEqualTo(503);
            assertThat(unverified.json().path("type").stringValue()).isEqualTo("/problems/storage-unavailable");
            assertThat(unverified.response().headers().firstValue("Retry-After"))
                    .contains("1");
            assertThat(rest.status()).isEqualTo(503);
            assertThat(rest.body())
                    .isEqualTo("{\"code\":2,\"message\":\"the database does not answer: service unavailable\"}");
            assertThat(overGrpc.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
            assertThat(overGrpc.getStatus().getDescription())
                    .isEqualTo("the database does not answer: service unavailable");
            assertThat(changeOverGrpc.getCode()).isEqualTo(2);
            assertThat(changeOverGrpc.getReason()).isEqualTo("the database does not answer: service unavailable");
            assertThat(change.status()).isEqualTo(503);
            Await.until(
                    "the caller is let in again",
                    () -> api.logIn("root:Milvus").refusal().isEmpty());
            assertThat(api.list("root:Milvus").names()).containsExactly("root", "user_1");
        }
    }

    @Test
    void replicasWhenOneChangesAUserThenTheOtherRefusesOldTokensWithinTheStaleness() {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer first = GatehouseServer.start(database);
                GatehouseServer second = GatehouseServer.start(database)) {
            var here = new AdminApi(first);
            var there = new AdminApi(second);
            here.create("root:Milvus", "user_1", "P@ssw0rd");
            assertThat(there.logIn("user_1:P@ssw0rd").refusal()).isEmpty();

            here.changePassword("root:Milvus", "user_1", "P@ssw0rd", "P@ssw0rd123");

            assertThat(here.logIn("user_1:P@ssw0rd").refusal()).contains(Problem.UNAUTHENTICATED);
            assertThat(there.logIn("user_1:P@ssw0rd123").refusal()).isEmpty();
            assertRefusedSoon(there, "user_1:P@ssw0rd");

            here.drop("root:Milvus", "user_1");

            assertThat(here.logIn("user_1:P@ssw0rd123").refusal()).contains(Problem.UNAUTHENTICATED);
            assertRefusedSoon(there, "user_1:P@ssw0rd123");
        }
    }

    private static void assertRefusedSoon(AdminApi api, String token) {
        // It is told at once, and asks after two seconds; a busy machine may need longer
        Await.until(
                "the other replica refuses the old token",
                () -> api.logIn(token).refusal().isPresent());
    }
}
