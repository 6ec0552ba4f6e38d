package io.gatehouse.milvus.rest;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** What clients ask before anything else. A server that only keeps users answers truthfully. */
@RestController
@RequestMapping(RestFace.PREFIX)
@ConditionalOnRest
class ProbesController {

    @PostMapping("collections/list")
    RestCall.Success collections(RestCall call) {
        return new RestCall.Success(0, List.of());
    }

    /** As Milvus, but without {@code Access-Control} headers: no other origin may use this face from a browser. */
    @RequestMapping(path = "**", method = RequestMethod.OPTIONS)
    ResponseEntity<Void> options() {
        return ResponseEntity.noContent()
                .header(HttpHeaders.ALLOW, "POST, OPTIONS")
                .build();
    }

    /** Milvus does not tell a path that it does not have from one that it has with another method. */
    @RequestMapping("**")
    void anythingElse() {
        throw new ProblemException(Problem.NOT_FOUND, "not found: this is Gatehouse, which keeps users only");
    }
}
