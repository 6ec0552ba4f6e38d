package io.gatehouse.grpc;

import io.gatehouse.address.Network;
import io.gatehouse.throttle.Places;
import io.grpc.BindableService;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * {@code grpc.health.v1}, open to everybody: the readiness of the whole server, which is the service with the empty name. Whoever
 * watches is told when it changes; as watchers need no token, there is room for so many and no more. When there is none, the oldest one of the
 * network with the most of them gives way.
 */
@Component
class HealthRpcs implements BindableService {

    static final int MOST_WATCHERS = 100;

    private static final Status TOO_MANY =
            Status.RESOURCE_EXHAUSTED.withDescription("%d clients watch already".formatted(MOST_WATCHERS));

    private static final long LOOK_EVERY_MILLIS = 1000;

    private final Readiness readiness;
    private final ApplicationContext context;
    private final Places<Watcher> watchers = new Places<>(MOST_WATCHERS, MOST_WATCHERS, Watcher::giveWay);
    private volatile boolean stopping;

    HealthRpcs(Readiness readiness, ApplicationContext context) {
        this.readiness = readiness;
        this.context = context;
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerCallHandler<Received<HealthCheckRequest>, HealthCheckResponse> watch = (call, metadata) -> {
            return ServerCalls.<Received<HealthCheckRequest>, HealthCheckResponse>asyncServerStreamingCall(
                            (request, client) -> watch(call, request, client))
                    .startCall(call, metadata);
        };
        return ServerServiceDefinition.builder(HealthGrpc.SERVICE_NAME)
                .addMethod(Received.by(HealthGrpc.getCheckMethod()), ServerCalls.asyncUnaryCall(this::check))
                .addMethod(Received.by(HealthGrpc.getWatchMethod()), watch)
                .build();
    }

    private void check(Received<HealthCheckRequest> request, StreamObserver<HealthCheckResponse> client) {
        unlessRefused(client, () -> {
            requireKnown(request.orRefuse());
            client.onNext(response(status()));
            client.onCompleted();
        });
    }

    private void watch(
            ServerCall<?, ?> call, Received<HealthCheckRequest> request, StreamObserver<HealthCheckResponse> client) {
        unlessRefused(client, () -> {
            requireKnown(request.orRefuse());
            var watcher = new Watcher(
                    Network.of(GrpcCall.address(call)), (ServerCallStreamObserver<HealthCheckResponse>) client);
            if (!watchers.enter(watcher.network, watcher)) {
                throw new RefusedCall(TOO_MANY);
            }
            watcher.tell(status());
            if (stopping) {
                watcher.end();
            }
        });
    }

    /** Tells those who watch what changed; asks nothing while nobody does. */
    @Scheduled(fixedDelay = LOOK_EVERY_MILLIS)
    void look() {
        List<Watcher> all = watchers.all();
        if (!all.isEmpty()) {
            ServingStatus status = status();
            all.forEach(watcher -> watcher.tell(status));
        }
    }

    /** Watching has no end of its own: the server would wait for it in vain. */
    @EventListener
    void stop(ContextClosedEvent event) {
        // The management port's context tells its parent that it closes
        if (event.getApplicationContext() == context) {
            stopping = true;
            watchers.all().forEach(Watcher::end);
        }
    }

    private ServingStatus status() {
        return readiness.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    private static void requireKnown(HealthCheckRequest request) {
        if (!request.getService().isEmpty()) {
            throw new RefusedCall(
                    Status.NOT_FOUND.withDescription("unknown service: the whole server is the empty name"));
        }
    }

    private static void unlessRefused(StreamObserver<HealthCheckResponse> client, Runnable work) {
        try {
            work.run();
        } catch (RefusedCall e) {
            client.onError(e.status().asRuntimeException());
        }
    }

    private final class Watcher {

        private final String network;
        private final ServerCallStreamObserver<HealthCheckResponse> client;
        private volatile boolean ended;
        private @Nullable ServingStatus told;

        Watcher(String network, ServerCallStreamObserver<HealthCheckResponse> client) {
            this.network = network;
            this.client = client;
            client.setOnCancelHandler(this::leave);
        }

        synchronized void tell(ServingStatus status) {
            if (status != told && !ended) {
                told = status;
                client.onNext(response(status));
            }
        }

        synchronized void end() {
            if (leave()) {
                client.onNext(response(ServingStatus.NOT_SERVING));
                client.onError(Status.UNAVAILABLE
                        .withDescription("the server is stopping")
                        .asRuntimeException());
            }
        }

        synchronized void giveWay() {
            ended = true;
            client.onError(TOO_MANY.asRuntimeException());
        }

        private boolean leave() {
            ended = true;
            return watchers.leave(network, this);
        }
    }
}
