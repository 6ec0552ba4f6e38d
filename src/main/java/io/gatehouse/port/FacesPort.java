package io.gatehouse.port;

import io.gatehouse.port.Connections.Use;
import io.grpc.Server;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.grpc.server.GrpcServerFactory;
import org.springframework.stereotype.Component;

/**
 * The one port's life. It opens after the servlet container, when everything is ready. At the end it is closed to newcomers first;
 * then the calls that are being answered end, in one phase: gRPC's ({@link RunningCalls}) and HTTP's (the servlet container). What is
 * left then is broken off.
 */
@Component
final class FacesPort implements SmartLifecycle, DisposableBean {

    /** Where Spring Boot says which port was given when any would do. */
    private static final String PORT_PROPERTY = "local.server.port";

    private static final Duration MOST_TO_FLUSH = Duration.ofSeconds(1);

    private final GrpcServerFactory servers;
    private final Connections connections;
    private final ConfigurableEnvironment environment;
    private @Nullable Server server;
    private boolean running;

    FacesPort(GrpcServerFactory servers, Connections connections, ConfigurableEnvironment environment) {
        this.servers = servers;
        this.connections = connections;
        this.environment = environment;
    }

    @Override
    public void start() {
        Server starting = servers.createServer();
        try {
            starting.start();
        } catch (IOException e) {
            PortInUseException.throwIfPortBindingException(e, starting::getPort);
            throw new IllegalStateException("the port cannot be opened", e);
        }
        server = starting;
        running = true;
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(PORT_PROPERTY, Map.of(PORT_PROPERTY, starting.getPort())));
    }

    /** Closes the port to newcomers; who is there already is not disturbed. */
    @Override
    public void stop() {
        running = false;
        if (server != null) {
            server.shutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }

    /** Waits until gRPC answers no call any more. */
    void awaitCalls() throws InterruptedException {
        if (server != null) {
            server.awaitTermination();
        }
    }

    /** After the last phase: no call may go on for longer, but answers that are on their way may arrive. */
    @Override
    public void destroy() throws InterruptedException {
        Instant end = Instant.now().plus(MOST_TO_FLUSH);
        if (server != null) {
            server.shutdownNow().awaitTermination(MOST_TO_FLUSH.toMillis(), TimeUnit.MILLISECONDS);
        }
        while (connections.count(Use.HTTP) > 0 && Instant.now().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
