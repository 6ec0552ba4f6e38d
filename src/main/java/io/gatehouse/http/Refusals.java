package io.gatehouse.http;

import io.gatehouse.problem.Count;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes a refusal in the words of the face that owns the path. */
@Component
public class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private final HttpFaces faces;
    private final JsonMapper json;

    Refusals(HttpFaces faces, JsonMapper json) {
        this.faces = faces;
        this.json = json;
    }

    /** Answers a request with a refusal. Does nothing when the answer has already begun. */
    public void write(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        write(refusal(problem, HttpFaces.path(request), RequestId.of(request)), problem, request, response);
    }

    /** Answers a request to a port that no face listens on, whatever its path: in the words for paths that nobody owns. */
    public void writeBesideTheFaces(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        Refusal refusal = faces.of("/").refusal(problem, HttpFaces.path(request), RequestId.of(request));
        write(refusal, problem, request, response);
    }

    private void write(
            Refusal refusal, ProblemException problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        UnreadBody.leave(request, response);
        response.setStatus(refusal.status());
        headers(refusal.status(), problem, request.getHeader(HttpHeaders.USER_AGENT))
                .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        response.setContentType(refusal.contentType().toString());
        byte[] body = json(refusal);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * What a refusal has besides its body, in every face's words.
     *
     * @param status the HTTP status that it is answered with
     * @param userAgent what the client says it is, where that is known
     */
    public static Map<String, List<String>> headers(int status, ProblemException problem, @Nullable String userAgent) {
        Map<String, List<String>> headers = new HashMap<>();
        if (status == HttpServletResponse.SC_UNAUTHORIZED) {
            headers.put(HttpHeaders.WWW_AUTHENTICATE, Challenges.of(userAgent));
        }
        problem.retryAfter().ifPresent(wait -> {
            long seconds = Count.seconds(wait).number();
            headers.put(HttpHeaders.RETRY_AFTER, List.of(Long.toString(seconds)));
            problem.quota()
                    .ifPresent(quota -> RateLimit.usedUp(quota, seconds)
                            .forEach((name, value) -> headers.put(name, List.of(value))));
        });
        return headers;
    }

    /** What the face that owns the path answers; what the operator has to know is logged with its cause. */
    Refusal refusal(ProblemException problem, String path, String requestId) {
        if (problem.problem().concernsTheOperator()) {
            log.error("request failed: path={} requestId={}", printable(path), requestId, problem);
        }
        return faces.of(path).refusal(problem, path, requestId);
    }

    byte[] json(Refusal refusal) {
        return json.writeValueAsBytes(refusal.body());
    }

    /** A path may hold anything that a client typed; a log line may not. */
    private static String printable(String path) {
        return path.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
