package io.gatehouse.api;

import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The public page of each problem type, at the address that its documents carry. */
@Hidden
@RestController
class ProblemPages {

    private final ApiLimits limits;
    private final long mostHeaderBytes;

    ProblemPages(ApiLimits limits, ServerProperties server) {
        this.limits = limits;
        this.mostHeaderBytes = server.getMaxHttpRequestHeaderSize().toBytes();
    }

    @GetMapping(path = "/problems/{name}", produces = MediaType.TEXT_HTML_VALUE)
    String page(@PathVariable String name) {
        Problem problem =
                ProblemType.named(name).orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such path"));
        ProblemType type = ProblemType.of(problem);
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <title>%1$s</title>
                <h1>%1$s</h1>
                <p>HTTP status %2$d, type <code>/problems/%3$s</code></p>
                <p>%4$s</p>
                </html>
                """.formatted(type.title(), type.status(), name, type.explanation() + rule(problem));
    }

    /** What the settings say about it. */
    private String rule(Problem problem) {
        return switch (problem) {
            case INVALID_USER_NAME -> " A user name %s.".formatted(limits.nameRule());
            case INVALID_ROLE_NAME -> " A role name %s.".formatted(limits.nameRule());
            case INVALID_PASSWORD -> " A password %s.".formatted(limits.passwordRule());
            case HEADER_TOO_LARGE ->
                " Together they may have at most %s.".formatted(new Count(mostHeaderBytes, "byte"));
            default -> "";
        };
    }
}
