package io.gatehouse.http;

import io.gatehouse.caller.Face;
import io.gatehouse.problem.ProblemException;
import java.util.List;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** A face for tests of what stands in front of the faces: its refusals say what they were made of. */
public record OneFace(String name, String pathPrefix) implements HttpFace {

    /** What logs and the audit trail have for each of them. */
    public static final Face FACE = Face.REST_V2;

    /** The status of every refusal. */
    public static final int STATUS = 418;

    private record Body(String face, String problem, String text, List<String> fields, String path) {}

    @Override
    public Face face() {
        return FACE;
    }

    /** The only face that there is, named {@code all}. */
    public static HttpFaces faces() {
        return new HttpFaces(List.of(new OneFace("all", "/")));
    }

    /** Refusals in the words of the only face. */
    public static Refusals refusals() {
        return refusals(faces());
    }

    static Refusals refusals(HttpFaces faces) {
        return new Refusals(faces, new JsonMapper());
    }

    /** How a refusal without violations looks. */
    public static String refused(String problem, String text, String path) {
        return "{\"face\":\"all\",\"problem\":\"%s\",\"text\":\"%s\",\"fields\":[],\"path\":\"%s\"}"
                .formatted(problem, text, path);
    }

    @Override
    public Refusal refusal(ProblemException problem, String path, String requestId) {
        List<String> fields = problem.violations().stream()
                .map(violation -> violation.field() + " " + violation.message())
                .toList();
        return new Refusal(
                STATUS,
                MediaType.APPLICATION_JSON,
                new Body(name, problem.problem().name(), problem.getMessage(), fields, path));
    }
}
