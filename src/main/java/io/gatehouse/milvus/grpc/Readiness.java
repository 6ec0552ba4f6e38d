package io.gatehouse.milvus.grpc;

import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/** Whether Gatehouse can do its work, as {@code /readyz} tells over HTTP. */
@Component
class Readiness {

    private final HealthEndpoint health;

    Readiness(HealthEndpoint health) {
        this.health = health;
    }

    boolean isReady() {
        HealthDescriptor readiness = health.healthForPath("readiness");
        return readiness != null && readiness.getStatus().equals(Status.UP);
    }
}
