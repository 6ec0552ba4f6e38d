package io.gatehouse.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gatehouse.caller.Caller;
import io.gatehouse.http.LargeAnswer;
import io.gatehouse.http.PageSize;
import io.gatehouse.http.Refuses;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit trail, for administrators. */
@RestController
@Tag(name = "Audit", description = "Who did what to whom, from where, and what came of it")
class AuditEventsController {

    private static final String NAME = "^[A-Za-z][A-Za-z0-9_.\\-]*$";

    private static final String EXAMPLE = """
            {
              "events": [
                {
                  "time": "2026-11-25T09:15:02.123456Z",
                  "action": "login",
                  "interface": "api",
                  "user": "root",
                  "address": "127.0.0.1",
                  "result": "success",
                  "requestId": "0123456789abcdef",
                  "count": 1
                },
                {
                  "time": "2026-11-25T09:15:01.234567Z",
                  "action": "create-user",
                  "interface": "start",
                  "target": "root",
                  "address": "local",
                  "result": "success",
                  "requestId": "0000000000000000",
                  "count": 1
                }
              ]
            }
            """;

    private static final Pattern POSITION = Pattern.compile("[0-9]{1,18}");

    private final AuditReader reader;

    AuditEventsController(AuditReader reader) {
        this.reader = reader;
    }

    @Schema(name = "AuditEvents")
    record AuditEventsView(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "The newest first; with `since` in the order in which they came into the trail")
            List<AuditEvent> events,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description =
                            "To be given as `after` to get the following, older page; absent on the last one, and with `since`")
            @Nullable
            String next,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    example = "42",
                    description =
                            "To be given as `since` to get what comes next; there only with `since`, and then always")
            @Nullable
            String last) {}

    @GetMapping(path = "/api/v1/audit-events", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "listAuditEvents",
            summary = "Read the audit trail",
            description =
                    "Administrators only. Changes, logins (the first call with a token) and everything that was refused;"
                            + " the newest first. A login or a refusal can be seen a moment after its answer; repeats of a"
                            + " refusal within a minute are one event with a `count`. To follow the trail begin with `since=0`"
                            + " and go on with the `last` of each answer: each event comes exactly once. An answer without news"
                            + " is `{\"events\":[],\"last\":\"42\"}`.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of events",
            content =
                    @Content(
                            schema = @Schema(implementation = AuditEventsView.class),
                            examples =
                                    @ExampleObject(
                                            name = "first",
                                            description = "Root was made, and has logged in",
                                            value = EXAMPLE)))
    @Refuses(Problem.PERMISSION_DENIED)
    @LargeAnswer(kilobytes = LargeAnswer.PAGE)
    AuditEventsView list(
            @AuthenticationPrincipal Caller caller,
            @Parameter(
                            description = "Only what this user asked for",
                            schema = @Schema(type = "string", maxLength = 255, pattern = NAME))
                    @RequestParam(required = false)
                    @Nullable
                    String user,
            @Parameter(
                            description = "Only what is about this user",
                            schema = @Schema(type = "string", maxLength = 255, pattern = NAME))
                    @RequestParam(required = false)
                    @Nullable
                    String target,
            @Parameter(
                            description = "Only this",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {
                                                "login",
                                                "create-user",
                                                "describe-user",
                                                "list-users",
                                                "change-password",
                                                "renew-hash",
                                                "drop-user",
                                                "grant-role",
                                                "revoke-role",
                                                "list-roles",
                                                "describe-role",
                                                "read-audit-events",
                                                "export-users",
                                                "import-user"
                                            }))
                    @RequestParam(required = false)
                    @Nullable
                    String action,
            @Parameter(
                            description = "Only what came to this",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"success", "denied", "failed"}))
                    @RequestParam(required = false)
                    @Nullable
                    String result,
            @Parameter(
                            description = "Only at this time or later (RFC 3339), such as `2026-11-30T00:00:00Z`",
                            schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(
                            description = "Only before this time (RFC 3339), such as `2026-11-30T00:00:00Z`",
                            schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @Parameter(
                            description = "The most events of a page",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(required = false)
                    @Nullable
                    String limit,
            @Parameter(
                            description = "The `next` of the page before",
                            schema = @Schema(type = "string", pattern = "^[0-9]{1,18}-[0-9]{1,18}$"))
                    @RequestParam(required = false)
                    @Nullable
                    String after,
            @Parameter(
                            description =
                                    "The `last` of the answer before, or 0: what has come into the trail since, in the"
                                            + " order in which it came; not together with `after`",
                            schema = @Schema(type = "string", pattern = "^[0-9]{1,18}$"))
                    @RequestParam(required = false)
                    @Nullable
                    String since) {
        AuditQuery query = AuditQuery.of(user, target, action, result, from, to, after);
        if (since != null) {
            AuditReader.News news = reader.readSince(caller, query, position(since, after), PageSize.of(limit));
            return new AuditEventsView(news.events(), null, Long.toString(news.last()));
        }
        AuditReader.Page page = reader.read(caller, query, PageSize.of(limit));
        return new AuditEventsView(
                page.events(), page.next().map(AuditCursor::toString).orElse(null), null);
    }

    private static long position(String since, @Nullable String after) {
        if (after != null) {
            throw new ProblemException(Problem.MALFORMED_REQUEST, "after and since exclude each other")
                    .withViolations(List.of(new Violation("after", "must be absent with since")));
        }
        if (!POSITION.matcher(since).matches()) {
            throw PageSize.otherType("since");
        }
        return Long.parseLong(since);
    }
}
