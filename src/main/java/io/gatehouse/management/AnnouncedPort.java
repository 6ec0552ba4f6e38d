package io.gatehouse.management;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says in the log where the management port is. */
@Component
class AnnouncedPort {

    private static final Logger log = LoggerFactory.getLogger(AnnouncedPort.class);

    @EventListener
    void opened(WebServerInitializedEvent event) {
        if (WebServerApplicationContext.hasServerNamespace(event.getApplicationContext(), "management")) {
            log.info("health and metrics are on port {}", event.getWebServer().getPort());
        }
    }
}
