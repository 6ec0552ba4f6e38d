package io.gatehouse.api;

import io.gatehouse.caller.Face;
import io.gatehouse.http.HttpFace;
import io.gatehouse.http.Refusal;
import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Refusals as problem documents: for the admin API, and for every path that no other face owns. */
@Component
class ProblemDocuments implements HttpFace {

    @Override
    public Face face() {
        return Face.API;
    }

    @Override
    public String pathPrefix() {
        return "/";
    }

    @Override
    public Refusal refusal(ProblemException refused, String path, String requestId) {
        Problem problem = refused.problem();
        ProblemType type = ProblemType.of(problem);
        var document = new ProblemDocument(
                "/problems/" + ProblemType.nameOf(problem),
                type.title(),
                type.status(),
                refused.getMessage(),
                path,
                requestId,
                refused.retryAfter().map(wait -> Count.seconds(wait).number()).orElse(null),
                refused.violations().stream()
                        .map(violation -> new ProblemDocument.FieldProblem(violation.field(), violation.message()))
                        .toList());
        return new Refusal(type.status(), MediaType.APPLICATION_PROBLEM_JSON, document);
    }
}
