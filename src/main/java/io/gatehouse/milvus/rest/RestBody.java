package io.gatehouse.milvus.rest;

import io.gatehouse.http.JsonFault;
import io.gatehouse.password.Password;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request's body, read as Milvus does: whatever the content type says, unknown fields are ignored, of duplicate keys the last
 * wins, {@code null} is {@code {}}, what follows the first value is not looked at, and as in Go a missing field and an empty one
 * are the same.
 */
final class RestBody {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode fields;

    private RestBody(JsonNode fields) {
        this.fields = fields;
    }

    /**
     * Reads a body.
     *
     * @throws BadForm when it is no JSON object
     */
    static RestBody read(byte[] body) {
        if (body.length == 0) {
            throw BadForm.empty();
        }
        JsonNode value;
        try {
            value = JSON.readTree(body);
        } catch (JacksonException e) {
            throw BadForm.unreadable(JsonFault.describe(e));
        }
        if (!value.isObject() && !value.isNull()) {
            throw BadForm.unreadable("a JSON object is expected");
        }
        return new RestBody(value.isNull() ? JSON.createObjectNode() : value);
    }

    /**
     * Refuses a body without these fields.
     *
     * @param name what Milvus calls the body in its error text, such as {@code PasswordReq}
     * @throws BadForm naming every missing field in the given order, or one that is no text
     */
    void require(String name, String... required) {
        List<String> missing = new ArrayList<>();
        for (String field : required) {
            if (text(field).isEmpty()) {
                missing.add(name + "." + Character.toUpperCase(field.charAt(0)) + field.substring(1));
            }
        }
        if (!missing.isEmpty()) {
            throw BadForm.missing(missing);
        }
    }

    /** The text of a field; empty when it is missing. */
    String text(String field) {
        JsonNode value = fields.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw BadForm.unreadable("a value of another type is expected: " + field);
        }
        return value.stringValue();
    }

    Password password(String field) {
        return Password.of(text(field));
    }
}
