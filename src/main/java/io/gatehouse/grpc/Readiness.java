package io.gatehouse.grpc;

import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/** Whether Gatehouse can do its work, as {@code /readyz} tells over HTTP. */
@Component
public class Readiness {

    private final HealthEndpoint health;

    public Readiness(HealthEndpoint health) {
        this.health = health;
    }

    public boolean isReady() {
        HealthDescriptor readiness = health.healthForPath("readiness");
        return readiness != null && readiness.getStatus().equals(Status.UP);
    }
}
