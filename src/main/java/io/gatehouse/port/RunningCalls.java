package io.gatehouse.port;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets the gRPC calls end that are being answered when Gatehouse stops, while the servlet container does the same with its own: both
 * in one phase, whose length is {@code spring.lifecycle.timeout-per-shutdown-phase}. A thread waits, as gRPC's server tells nobody of its end.
 */
@Component
final class RunningCalls implements SmartLifecycle {

    private final FacesPort port;
    private boolean running;

    RunningCalls(FacesPort port) {
        this.port = port;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        var waiting = new Thread(() -> awaitCalls(callback), "port-shutdown");
        waiting.setDaemon(true);
        waiting.start();
    }

    private void awaitCalls(Runnable callback) {
        try {
            port.awaitCalls();
            callback.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
