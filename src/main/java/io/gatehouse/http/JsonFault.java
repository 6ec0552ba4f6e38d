package io.gatehouse.http;

import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says what is wrong with a JSON text without quoting it: Jackson's own messages hold the value, which may be a password.
 */
public final class JsonFault {

    private JsonFault() {}

    /** A sentence for the caller, such as {@code unknown field: oldPasword}. */
    public static String describe(@Nullable Throwable failure) {
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return "unknown field: " + unknown.getPropertyName();
        }
        if (failure instanceof DatabindException mismatch) {
            String field = mismatch.getPath().stream()
                    .map(reference ->
                            Optional.ofNullable(reference.getPropertyName()).orElse("[" + reference.getIndex() + "]"))
                    .collect(Collectors.joining("."));
            return field.isEmpty() ? "a JSON object is expected" : "a value of another type is expected: " + field;
        }
        if (failure instanceof JacksonException syntax) {
            TokenStreamLocation location = syntax.getLocation();
            return location == null || location.getLineNr() < 1
                    ? "not valid JSON"
                    : "not valid JSON at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
        }
        return "not valid JSON";
    }
}
