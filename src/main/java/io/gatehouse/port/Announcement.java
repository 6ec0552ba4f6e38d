package io.gatehouse.port;

import io.gatehouse.tls.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Logs the addresses of everything that Gatehouse serves, as the last line of a start. */
@Component
class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final Tls tls;
    private final Environment environment;

    Announcement(Tls tls, Environment environment) {
        this.tls = tls;
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        log.info(tls.isOn() ? "TLS is on" : "TLS is off: tokens travel in clear");
        log.info("ready: {}", addresses());
    }

    private String addresses() {
        String faces = url(tls.isOn() ? "https" : "http", "server.address", "local.server.port");
        var text = new StringBuilder("gRPC and REST ").append(faces);
        if (is("springdoc.swagger-ui.enabled") && is("springdoc.api-docs.enabled")) {
            text.append(", Swagger UI ").append(faces).append(environment.getProperty("springdoc.swagger-ui.path"));
        }
        if (environment.containsProperty("local.management.port")) {
            String management = url("http", "management.server.address", "local.management.port");
            text.append(", health %s/healthz, metrics %s/actuator/prometheus".formatted(management, management));
        }
        return text.toString();
    }

    private String url(String scheme, String addressKey, String portKey) {
        String address = environment.getProperty(addressKey, "");
        String host = switch (address) {
            case "", "0.0.0.0", "::", "[::]" -> "localhost";
            default -> address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
        };
        return "%s://%s:%s".formatted(scheme, host, environment.getProperty(portKey));
    }

    private boolean is(String key) {
        return environment.getProperty(key, Boolean.class, true);
    }
}
