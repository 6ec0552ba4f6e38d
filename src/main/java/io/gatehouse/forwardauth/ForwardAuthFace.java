package io.gatehouse.forwardauth;

import io.gatehouse.caller.Face;
import io.gatehouse.http.HttpFace;
import io.gatehouse.http.Refusal;
import io.gatehouse.problem.ProblemException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Refusals for a proxy that asks over HTTP. */
@Component
class ForwardAuthFace implements HttpFace {

    @Override
    public Face face() {
        return Face.FORWARD_AUTH;
    }

    @Override
    public String pathPrefix() {
        return VerifyController.PATH + "/";
    }

    @Override
    public Refusal refusal(ProblemException refused, String path, String requestId) {
        Denial denial = Denial.of(refused, null);
        return new Refusal(denial.status(), MediaType.APPLICATION_JSON, denial.failure());
    }
}
