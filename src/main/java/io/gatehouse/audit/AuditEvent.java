package io.gatehouse.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.gatehouse.caller.Operation;
import io.gatehouse.problem.Problem;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of the trail. It holds no text that a client chose freely: names are those that users can have, everything else is ours.
 *
 * @param time when it happened, to the microsecond
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "AuditEvent")
record AuditEvent(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "RFC 3339, UTC")
        Instant time,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "create-user")
        String action,

        @JsonProperty("interface")
        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description =
                        "`grpc`, `rest-v2` or `api`; `command` on the server's machine; `start` at the first start")
        String face,

        @Schema(
                requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                description =
                        "Who asked, at a failed login as whom; absent when nobody is known, and when authentication is off")
        @Nullable
        String user,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, description = "The user that it is about") @Nullable
        String target,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, description = "The role that it is about") @Nullable
        String role,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description =
                        "The client's address, or its IPv6 network (/64) when a repeated refusal came from several of it")
        String address,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"success", "denied", "failed"})
        String result,

        @Schema(
                requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                description = "Why it was denied or failed: the name of the problem")
        @Nullable
        String reason,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "As in the answer and in the log")
        String requestId,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                minimum = "1",
                example = "1",
                description =
                        "How often it happened: a refusal that is repeated within a minute is one event, and its count is written when the"
                                + " minute ends")
        long count) {

    private static final int LONGEST_ADDRESS = 64;

    static AuditEvent of(Instant time, Operation operation, @Nullable Problem refusal) {
        return new AuditEvent(
                time,
                AuditResult.written(operation.action()),
                operation.client().face().written(),
                operation.userName(),
                operation.target(),
                operation.role(),
                address(operation),
                AuditResult.written(AuditResult.of(refusal)),
                refusal == null ? null : AuditResult.written(refusal),
                operation.client().requestId(),
                1);
    }

    /** The client's address as the trail writes it. */
    static String address(Operation operation) {
        return cut(operation.client().address());
    }

    /** The same, so many times, from an address or a network. */
    AuditEvent counted(long times, String from) {
        return new AuditEvent(time, action, face, user, target, role, cut(from), result, reason, requestId, times);
    }

    private static String cut(String address) {
        return address.substring(0, Math.min(LONGEST_ADDRESS, address.length()));
    }
}
