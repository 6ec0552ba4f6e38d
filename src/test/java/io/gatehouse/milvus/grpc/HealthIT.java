package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.milvus.grpc.CheckHealthRequest;
import io.milvus.grpc.CheckHealthResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code grpc.health.v1}, without a token. */
class HealthIT {

    private static final HealthCheckRequest WHOLE_SERVER = HealthCheckRequest.getDefaultInstance();

    @Test
    void checkWhenReadyThenIsServing() {
        HealthCheckResponse answer = HealthGrpc.newBlockingStub(
                        GatehouseServer.shared(TestDatabase.H2).channel())
                .check(WHOLE_SERVER);

        assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"milvus.proto.milvus.MilvusService", "grpc.health.v1.Health", " ", "nothing"})
    void callWhenServiceIsNamedThenIsNotFound(String name) {
        var health = HealthGrpc.newBlockingStub(
                GatehouseServer.shared(TestDatabase.H2).channel());
        var request = HealthCheckRequest.newBuilder().setService(name).build();

        StatusRuntimeException check = catchThrowableOfType(StatusRuntimeException.class, () -> health.check(request));
        StatusRuntimeException watch = catchThrowableOfType(
                StatusRuntimeException.class, () -> health.watch(request).next());

        assertThat(List.of(check, watch)).allSatisfy(refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
            assertThat(refused.getStatus().getDescription())
                    .isEqualTo("unknown service: the whole server is the empty name");
        });
    }

    @Test
    void checkWhenRequestIsNoMessageThenSaysSo() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> new Grpc(GatehouseServer.shared(TestDatabase.H2))
                        .call("grpc.health.v1.Health/Check", new Metadata(), new byte[] {(byte) 0xff}));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription()).isEqualTo("the request is not a valid message");
    }

    @Test
    void databaseWhenAwayThenIsNotServingAndWhoeverWatchesIsTold() {
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.start(
                database, "spring.datasource.hikari.connection-timeout=500", "gatehouse.cluster.staleness=60s")) {
            var health = HealthGrpc.newBlockingStub(server.channel());
            var grpc = new Grpc(server);
            var watcher = new Watcher();
            HealthGrpc.newStub(server.channel()).watch(WHOLE_SERVER, watcher);
            CheckHealthResponse before = grpc.stub("root:Milvus").checkHealth(CheckHealthRequest.getDefaultInstance());

            TestDatabase.interrupt(database);
            Await.until("the watcher is told", () -> watcher.told.contains(ServingStatus.NOT_SERVING));
            ServingStatus away = health.check(WHOLE_SERVER).getStatus();
            CheckHealthResponse during = grpc.stub("root:Milvus").checkHealth(CheckHealthRequest.getDefaultInstance());
            TestDatabase.resume(database);
            Await.until("the watcher is told again", () -> watcher.told.size() == 3);

            assertThat(watcher.told)
                    .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING);
            assertThat(away).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(before.getIsHealthy()).isTrue();
            assertThat(before.getReasonsList()).isEmpty();
            assertThat(during.getIsHealthy()).isFalse();
            assertThat(during.getReasonsList()).containsExactly("not ready");
            assertThat(during.getStatus().getCode()).isZero();
        }
    }

    @Test
    void watchWhenTooManyDoThenFurtherOnesAreRefusedUntilOneLeaves() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2)) {
            List<ManagedChannel> clients = List.of(server.newChannel(), server.newChannel());
            List<Watcher> watchers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                var watcher = new Watcher();
                HealthGrpc.newStub(clients.get(i / 99)).watch(WHOLE_SERVER, watcher);
                watchers.add(watcher);
            }
            Await.until("all watch", () -> watchers.stream().noneMatch(watcher -> watcher.told.isEmpty()));

            var oneTooMany = new Watcher();
            HealthGrpc.newStub(server.channel()).watch(WHOLE_SERVER, oneTooMany);
            Status refused = oneTooMany.end.join();
            clients.get(1).shutdownNow();

            assertThat(refused.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getDescription()).isEqualTo("100 clients watch already");
            Await.until("there is room again", () -> {
                var next = new Watcher();
                HealthGrpc.newStub(server.channel()).watch(WHOLE_SERVER, next);
                Await.until("it is answered", () -> next.end.isDone() || !next.told.isEmpty());
                return !next.told.isEmpty();
            });
        }
    }

    @Test
    void serverWhenItStopsThenWhoeverWatchesIsToldAndDoesNotHoldItUp() {
        var watcher = new Watcher();
        GatehouseServer server = GatehouseServer.start(TestDatabase.H2);
        HealthGrpc.newStub(server.channel()).watch(WHOLE_SERVER, watcher);
        Await.until("it is told", () -> !watcher.told.isEmpty());

        server.stop();

        assertThat(watcher.end.join().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(watcher.end.join().getDescription()).isEqualTo("the server is stopping");
        assertThat(watcher.told).containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
        server.close();
    }

    private static final class Watcher implements StreamObserver<HealthCheckResponse> {

        private final List<ServingStatus> told = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(HealthCheckResponse answer) {
            told.add(answer.getStatus());
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
