package io.gatehouse.management;

import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Readiness in Milvus' words: {@code OK}, or why not, as plain text. */
@RestController
class Healthz {

    private final HealthEndpoint health;

    Healthz(HealthEndpoint health) {
        this.health = health;
    }

    @GetMapping("/healthz")
    ResponseEntity<String> healthz() {
        HealthDescriptor readiness = health.healthForPath("readiness");
        boolean ready = readiness != null && readiness.getStatus().equals(Status.UP);
        return ResponseEntity.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.TEXT_PLAIN)
                .body(ready ? "OK" : "not ready");
    }
}
