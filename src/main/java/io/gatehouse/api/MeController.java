package io.gatehouse.api;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.http.Refuses;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whose token it is. */
@RestController
@Tag(name = ApiText.ME_TAG)
class MeController {

    @Schema(name = "Me")
    record MeView(
            @Schema(
                    types = {"string", "null"},
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Null when authentication is off")
            @Nullable
            String userName,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Sorted; always empty for root")
            List<String> roles,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Whether the caller need not give old passwords")
            boolean superUser,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Whether the caller may administer users")
            boolean administrator) {}

    @GetMapping(path = "/api/v1/me", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "me", summary = "Who am I", description = "Everybody with a valid token.")
    @ApiResponse(
            responseCode = "200",
            description = "The caller",
            content =
                    @Content(
                            schema = @Schema(implementation = MeView.class),
                            examples =
                                    @ExampleObject(
                                            name = "root",
                                            description = "The token is that of root",
                                            value = ApiText.ME)))
    @Refuses({})
    MeView me(@AuthenticationPrincipal Caller caller) {
        return caller instanceof ProvenUser user
                ? new MeView(
                        user.name(), user.roles().stream().sorted().toList(), user.superUser(), user.administrator())
                : new MeView(null, List.of(), caller.superUser(), caller.administrator());
    }
}
