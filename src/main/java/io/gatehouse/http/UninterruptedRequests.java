package io.gatehouse.http;

import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Leaves the threads alone that still answer a request when the servlet container stops. Jetty would interrupt them, and an interrupt in the
 * middle of a write ends the embedded database for everybody. Virtual threads are never interrupted.
 */
@Component
class UninterruptedRequests implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

    @Override
    public void customize(JettyServletWebServerFactory factory) {
        factory.addServerCustomizers(server -> {
            if (server.getThreadPool() instanceof QueuedThreadPool threads) {
                threads.addEventListener(new LifeCycle.Listener() {

                    /** The connectors have stopped before. */
                    @Override
                    public void lifeCycleStopping(LifeCycle pool) {
                        if (threads.getBusyThreads() > 0) {
                            threads.setStopTimeout(0);
                        }
                    }
                });
            }
        });
    }
}
