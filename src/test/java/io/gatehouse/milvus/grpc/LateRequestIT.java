package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.MilvusServiceGrpc;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A client that begins a call and does not send its request would hold what the call takes without end. */
class LateRequestIT {

    private static final String DEADLINE =
            "DEADLINE_EXCEEDED: the request did not come within 2000 ms" + " (gatehouse.grpc.request-timeout)";

    private final List<String> ended = new CopyOnWriteArrayList<>();

    @Test
    void callWhenItsRequestDoesNotComeThenIsEndedAndThoseThatAreAnsweredAreNot() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.grpc.request-timeout=2s")) {
            ManagedChannel connection = NettyChannelBuilder.forAddress(
                            "localhost", server.uri("/").getPort())
                    .usePlaintext()
                    .build();
            var watch = new Watch();
            HealthGrpc.newStub(connection).watch(HealthCheckRequest.getDefaultInstance(), watch);
            Await.until("the health is known", () -> watch.seen.size() == 1);

            begin(connection, MilvusServiceGrpc.getGetVersionMethod(), Grpc.metadata("root:Milvus"));
            begin(connection, MilvusServiceGrpc.getGetVersionMethod(), Grpc.metadata("root:Milvus"))
                    .sendMessage(GetVersionRequest.getDefaultInstance());
            begin(connection, HealthGrpc.getCheckMethod(), new Metadata());
            begin(connection, HealthGrpc.getWatchMethod(), new Metadata())
                    .sendMessage(HealthCheckRequest.getDefaultInstance());

            Await.until("all four are ended", () -> ended.size() == 4);
            assertThat(ended).containsOnly(DEADLINE);
            assertThat(watch.seen).hasSize(1);
            assertThat(new Grpc(server).logIn("root:Milvus").refusal()).isEmpty();
            connection.shutdownNow();
        }
    }

    /** Headers alone. Of a method with one message the client would keep them until that is there. */
    private <Q, R> ClientCall<Q, R> begin(ManagedChannel connection, MethodDescriptor<Q, R> method, Metadata metadata) {
        ClientCall<Q, R> call = connection.newCall(
                method.toBuilder()
                        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                        .build(),
                CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.add(status.getCode() + ": " + status.getDescription());
                    }
                },
                metadata);
        call.request(1);
        return call;
    }

    private static final class Watch implements StreamObserver<HealthCheckResponse> {

        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public void onNext(HealthCheckResponse health) {
            seen.add(health.getStatus().name());
        }

        @Override
        public void onError(Throwable failure) {
            seen.add(failure.toString());
        }

        @Override
        public void onCompleted() {
            seen.add("end");
        }
    }
}
