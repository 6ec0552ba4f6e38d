package io.gatehouse.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A problem document (RFC 9457). */
@Schema(name = "Problem", description = "Why the request was refused (RFC 9457)")
record ProblemDocument(
        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Stable; a page about it is at this address",
                example = "/problems/user-already-exists")
        String type,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "User already exists")
        String title,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "409")
        int status,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "user already exists: user_1")
        String detail,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "The path of the request",
                example = "/api/v1/users")
        String instance,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "The operator finds the log lines of the request under it",
                example = "5f0c9d3b6a1e2847")
        String requestId,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(
                types = "integer",
                requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                description = "How long to wait before trying again, as in the header Retry-After",
                example = "12")
        @Nullable
        Long retryAfterSeconds,

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, description = "The fields that broke a rule")
        List<FieldProblem> errors) {

    /** One field that broke a rule. */
    @Schema(name = "FieldProblem")
    record FieldProblem(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "userName")
            String field,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "The rule; never the refused value",
                    example = "must not be empty")
            String message) {}
}
