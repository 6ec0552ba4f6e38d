package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.ReadinessEndpoint;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

/** The health over a connection, with a readiness of the test's own. */
class HealthRpcsTests {

    private static final HealthCheckRequest WHOLE_SERVER = HealthCheckRequest.getDefaultInstance();

    private final AtomicInteger asked = new AtomicInteger();
    private volatile Status readiness = Status.UP;
    private final GenericApplicationContext context = new GenericApplicationContext();
    private final HealthRpcs health = new HealthRpcs(
            new Readiness(ReadinessEndpoint.of(() -> {
                asked.incrementAndGet();
                return readiness;
            })),
            context);
    private final Server server = NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(health)
            .build();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void checkWhenAskedThenIsTheReadiness() {
        try (var client = new Client()) {
            assertThat(client.check()).isEqualTo(ServingStatus.SERVING);

            readiness = Status.DOWN;

            assertThat(client.check()).isEqualTo(ServingStatus.NOT_SERVING);
        }
    }

    @Test
    void callWhenAServiceIsNamedThenIsNotFound() {
        var named = HealthCheckRequest.newBuilder().setService("nothing").build();
        try (var client = new Client()) {
            var check = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> HealthGrpc.newBlockingStub(client.channel).check(named));
            var watch = client.watch(named);

            assertThat(List.of(check.getStatus(), watch.end.join())).allSatisfy(refused -> {
                assertThat(refused.getCode()).isEqualTo(Code.NOT_FOUND);
                assertThat(refused.getDescription()).isEqualTo("unknown service: the whole server is the empty name");
            });
        }
    }

    @Test
    void watchWhenTheReadinessChangesThenIsToldOnceForEachChange() {
        try (var client = new Client()) {
            Watch watch = client.watch(WHOLE_SERVER);
            watch.awaitTold(1);

            health.look();
            readiness = Status.DOWN;
            health.look();
            health.look();
            readiness = Status.UP;
            health.look();
            watch.awaitTold(3);

            assertThat(watch.told)
                    .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING);
        }
    }

    @Test
    void lookWhenNobodyWatchesAnyMoreThenAsksNothing() {
        health.look();
        assertThat(asked).hasValue(0);
        try (var client = new Client()) {
            Watch watch = client.watch(WHOLE_SERVER);
            watch.awaitTold(1);
            health.look();
            assertThat(asked).hasValue(2);

            watch.call.cancel("the test leaves", null);

            Await.until("it has left", () -> {
                int before = asked.get();
                health.look();
                return asked.get() == before;
            });
        }
    }

    @Test
    void watchWhenTooManyDoThenFurtherOnesAreRefusedUntilOneLeaves() {
        try (var client = new Client()) {
            List<Watch> watches = new ArrayList<>();
            for (int i = 0; i < HealthRpcs.MOST_WATCHERS; i++) {
                watches.add(client.watch(WHOLE_SERVER));
            }
            watches.forEach(watch -> watch.awaitTold(1));

            io.grpc.Status refused = client.watch(WHOLE_SERVER).end.join();
            watches.get(0).call.cancel("the test leaves", null);

            assertThat(refused.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getDescription()).isEqualTo("100 clients watch already");
            Await.until("there is room again", () -> {
                Watch next = client.watch(WHOLE_SERVER);
                Await.until("it is answered", () -> next.end.isDone() || !next.told.isEmpty());
                return !next.told.isEmpty();
            });
            assertThat(client.watch(WHOLE_SERVER).end.join().getCode())
                    .as("room for one")
                    .isEqualTo(Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void watchWhenOneNetworkHasAllPlacesThenAnotherGetsOneOfThem() {
        try (var stranger = new Client();
                var client = new Client("127.0.0.2")) {
            List<Watch> watches = new ArrayList<>();
            for (int i = 0; i < HealthRpcs.MOST_WATCHERS; i++) {
                watches.add(stranger.watch(WHOLE_SERVER));
            }
            watches.forEach(watch -> watch.awaitTold(1));

            client.watch(WHOLE_SERVER).awaitTold(1);

            // The server's threads need not take the calls up in the order in which they were sent
            Await.until("one gives way", () -> watches.stream().anyMatch(watch -> watch.end.isDone()));
            assertThat(watches.stream().filter(watch -> watch.end.isDone()))
                    .singleElement()
                    .satisfies(watch -> assertThat(watch.end.join().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
            assertThat(stranger.watch(WHOLE_SERVER).end.join().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void watchWhenTheServerStopsThenIsToldAndEnds() {
        try (var client = new Client()) {
            Watch watch = client.watch(WHOLE_SERVER);
            watch.awaitTold(1);

            health.stop(new ContextClosedEvent(context));

            assertEnded(watch);
            // One that comes while it stops
            assertEnded(client.watch(WHOLE_SERVER));
        }
    }

    @Test
    void watchWhenAnotherContextClosesThenGoesOn() {
        try (var client = new Client()) {
            Watch watch = client.watch(WHOLE_SERVER);
            watch.awaitTold(1);

            health.stop(new ContextClosedEvent(new GenericApplicationContext()));
            readiness = Status.DOWN;
            health.look();
            watch.awaitTold(2);

            assertThat(watch.end).isNotDone();
            assertThat(client.watch(WHOLE_SERVER).end).isNotDone();
        }
    }

    private static void assertEnded(Watch watch) {
        assertThat(watch.end.join().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(watch.end.join().getDescription()).isEqualTo("the server is stopping");
        assertThat(watch.told).containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
    }

    private final class Client implements AutoCloseable {

        private final ManagedChannel channel;

        Client() {
            this("127.0.0.1");
        }

        Client(String address) {
            channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                    .usePlaintext()
                    .localSocketPicker(new NettyChannelBuilder.LocalSocketPicker() {

                        @Override
                        public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
                            return new InetSocketAddress(address, 0);
                        }
                    })
                    .build();
        }

        ServingStatus check() {
            return HealthGrpc.newBlockingStub(channel).check(WHOLE_SERVER).getStatus();
        }

        Watch watch(HealthCheckRequest request) {
            var watch = new Watch(channel.newCall(HealthGrpc.getWatchMethod(), CallOptions.DEFAULT));
            watch.call.start(watch, new Metadata());
            watch.call.sendMessage(request);
            watch.call.halfClose();
            watch.call.request(Integer.MAX_VALUE);
            return watch;
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }

    private static final class Watch extends ClientCall.Listener<HealthCheckResponse> {

        private final ClientCall<HealthCheckRequest, HealthCheckResponse> call;
        private final List<ServingStatus> told = new CopyOnWriteArrayList<>();
        private final CompletableFuture<io.grpc.Status> end = new CompletableFuture<>();

        Watch(ClientCall<HealthCheckRequest, HealthCheckResponse> call) {
            this.call = call;
        }

        void awaitTold(int times) {
            Await.until("told " + times + " times", () -> told.size() == times);
        }

        @Override
        public void onMessage(HealthCheckResponse answer) {
            told.add(answer.getStatus());
        }

        @Override
        public void onClose(io.grpc.Status status, Metadata trailers) {
            end.complete(status);
        }
    }
}
