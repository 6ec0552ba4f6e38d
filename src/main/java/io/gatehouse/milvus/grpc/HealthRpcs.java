package io.gatehouse.milvus.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * {@code grpc.health.v1}, open to everybody: the readiness of the whole server, which is the service with the empty name. Whoever
 * watches is told when it changes; as watchers need no token, there is room for so many and no more.
 */
@Component
class HealthRpcs implements BindableService {

    static final int MOST_WATCHERS = 100;

    private static final long LOOK_EVERY_MILLIS = 1000;

    private final Readiness readiness;
    private final ApplicationContext context;
    private final Semaphore room = new Semaphore(MOST_WATCHERS);
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    HealthRpcs(Readiness readiness, ApplicationContext context) {
        this.readiness = readiness;
        this.context = context;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(HealthGrpc.SERVICE_NAME)
                .addMethod(Received.by(HealthGrpc.getCheckMethod()), ServerCalls.asyncUnaryCall(this::check))
                .addMethod(Received.by(HealthGrpc.getWatchMethod()), ServerCalls.asyncServerStreamingCall(this::watch))
                .build();
    }

    private void check(Received<HealthCheckRequest> request, StreamObserver<HealthCheckResponse> client) {
        unlessRefused(client, () -> {
            requireKnown(request.orRefuse());
            client.onNext(response(status()));
            client.onCompleted();
        });
    }

    private void watch(Received<HealthCheckRequest> request, StreamObserver<HealthCheckResponse> client) {
        unlessRefused(client, () -> {
            requireKnown(request.orRefuse());
            if (!room.tryAcquire()) {
                throw new RefusedCall(
                        Status.RESOURCE_EXHAUSTED.withDescription("%d clients watch already".formatted(MOST_WATCHERS)));
            }
            addWatcher(client);
        });
    }

    private void addWatcher(StreamObserver<HealthCheckResponse> client) {
        var watcher = new Watcher((ServerCallStreamObserver<HealthCheckResponse>) client);
        watchers.add(watcher);
        watcher.tell(status());
        if (stopping) {
            watcher.end();
        }
    }

    /** Tells those who watch what changed; asks nothing while nobody does. */
    @Scheduled(fixedDelay = LOOK_EVERY_MILLIS)
    void look() {
        if (!watchers.isEmpty()) {
            ServingStatus status = status();
            watchers.forEach(watcher -> watcher.tell(status));
        }
    }

    /** Watching has no end of its own: the server would wait for it in vain. */
    @EventListener
    void stop(ContextClosedEvent event) {
        // The management port's context tells its parent that it closes
        if (event.getApplicationContext() == context) {
            stopping = true;
            watchers.forEach(Watcher::end);
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

        private final ServerCallStreamObserver<HealthCheckResponse> client;
        private final AtomicBoolean ended = new AtomicBoolean();
        private @Nullable ServingStatus told;

        Watcher(ServerCallStreamObserver<HealthCheckResponse> client) {
            this.client = client;
            client.setOnCancelHandler(this::leave);
        }

        synchronized void tell(ServingStatus status) {
            if (status != told && !ended.get()) {
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

        private boolean leave() {
            boolean first = ended.compareAndSet(false, true);
            if (first) {
                watchers.remove(this);
                room.release();
            }
            return first;
        }
    }
}
