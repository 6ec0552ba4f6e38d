package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonElement;
import io.gatehouse.testing.ReferenceJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

class RestBodyFuzz {

    private static final int INCORRECT_FORMAT = 1801;

    /** The same fields as another reader of JSON finds, or Milvus' refusal. */
    @FuzzTest
    @DictionaryEntries({
        "\\x22userName\\x22:",
        "\\x22password\\x22:",
        "\\x22newPassword\\x22:",
        "\\x22dbName\\x22:",
        "null",
        "\\\\u0000",
        "\\\\ud83d",
        "{}"
    })
    void readAnyBody(byte[] body) {
        Optional<RestBody> read = read(body);

        // Of "null" the two libraries think alike only where nothing follows
        if (!ReferenceJson.isComparable(body)
                || !new String(body, StandardCharsets.UTF_8).strip().startsWith("{")) {
            return;
        }
        Optional<JsonElement> expected = ReferenceJson.firstValue(body);
        assertThat(read.isPresent()).isEqualTo(expected.isPresent());
        for (String field : List.of("userName", "password", "newPassword", "dbName")) {
            read.ifPresent(found -> assertThat(text(found, field)).isEqualTo(text(expected.orElseThrow(), field)));
        }
    }

    private static Optional<RestBody> read(byte[] body) {
        try {
            return Optional.of(RestBody.read(body));
        } catch (BadForm refused) {
            assertThat(refused.failure().code()).isEqualTo(INCORRECT_FORMAT);
            return Optional.empty();
        }
    }

    /** Empty where the field is refused. */
    private static Optional<String> text(RestBody body, String field) {
        try {
            return Optional.of(body.text(field));
        } catch (BadForm refused) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonElement body, String field) {
        JsonElement value = body.getAsJsonObject().get(field);
        if (value == null || value.isJsonNull()) {
            return Optional.of("");
        }
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()
                ? Optional.of(value.getAsString())
                : Optional.empty();
    }
}
