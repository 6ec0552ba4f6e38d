package io.gatehouse.api;

import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Map;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The public page of each problem type, at the address that its documents carry. */
@Hidden
@RestController
class ProblemPages {

    /** What the settings say about some of them. */
    private final Map<Problem, String> rules;

    ProblemPages(ApiLimits limits, ServerProperties server) {
        long mostHeaderBytes = server.getMaxHttpRequestHeaderSize().toBytes();
        this.rules = Map.of(
                Problem.INVALID_USER_NAME, " A user name %s.".formatted(limits.nameRule()),
                Problem.INVALID_ROLE_NAME, " A role name %s.".formatted(limits.nameRule()),
                Problem.INVALID_PASSWORD, " A password %s.".formatted(limits.passwordRule()),
                Problem.HEADER_TOO_LARGE,
                        " Together they may have at most %s.".formatted(new Count(mostHeaderBytes, "byte")));
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
                """.formatted(type.title(), type.status(), name, type.explanation() + rules.getOrDefault(problem, ""));
    }
}
