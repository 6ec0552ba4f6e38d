package io.gatehouse.api;

import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Leads a browser that was given no path to Swagger UI, while that is on. */
@Hidden
@RestController
@ConditionalOnProperty(
        name = {"springdoc.api-docs.enabled", "springdoc.swagger-ui.enabled"},
        havingValue = "true",
        matchIfMissing = true)
class StartPage {

    static final String PATH = "/";

    @GetMapping(PATH)
    ResponseEntity<Void> page() {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create("/swagger-ui.html"))
                .build();
    }
}
