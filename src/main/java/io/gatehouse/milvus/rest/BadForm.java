package io.gatehouse.milvus.rest;

import io.gatehouse.milvus.RestFailure;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A body that REST v2 does not accept, judged before anything else is. It is no {@link io.gatehouse.problem.Problem}: the codes
 * and sentences exist in this protocol only ({@code internal/distributed/proxy/httpserver}).
 */
final class BadForm extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int INCORRECT_FORMAT = 1801;
    private static final int MISSING_PARAMETERS = 1802;

    private final int code;

    private BadForm(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static BadForm empty() {
        return new BadForm(
                INCORRECT_FORMAT,
                "can only accept json format request, the request body should be nil, however {} is valid");
    }

    /** Says what is wrong with the JSON, without any value of it. */
    static BadForm unreadable(String fault) {
        return new BadForm(INCORRECT_FORMAT, "can only accept json format request, error: " + fault);
    }

    /**
     * Names the missing fields.
     *
     * @param fields with the body's name, such as {@code PasswordReq.Password}
     */
    static BadForm missing(List<String> fields) {
        return new BadForm(
                MISSING_PARAMETERS,
                "missing required parameters, error: "
                        + fields.stream().map(BadForm::required).collect(Collectors.joining("\n")));
    }

    RestFailure failure() {
        return new RestFailure(code, String.valueOf(getMessage()));
    }

    private static String required(String field) {
        return "Key: '%s' Error:Field validation for '%s' failed on the 'required' tag"
                .formatted(field, field.substring(field.indexOf('.') + 1));
    }
}
