package io.gatehouse.api;

import static io.gatehouse.problem.Problem.PERMISSION_DENIED;

import io.gatehouse.caller.Caller;
import io.gatehouse.http.Refuses;
import io.gatehouse.user.UserService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The roles that there are. */
@RestController
@Tag(name = ApiText.ROLES_TAG)
class RoleController {

    private final UserService users;

    RoleController(UserService users) {
        this.users = users;
    }

    @Schema(name = "Roles")
    record RolesView(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Sorted")
            List<String> roles) {}

    @GetMapping(path = "/api/v1/roles", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listRoles", summary = "List roles", description = "Administrators only.")
    @ApiResponse(
            responseCode = "200",
            description = "The names of all roles",
            content =
                    @Content(
                            schema = @Schema(implementation = RolesView.class),
                            examples =
                                    @ExampleObject(
                                            name = "all",
                                            description = "The built-in roles",
                                            value = ApiText.ROLES)))
    @Refuses(PERMISSION_DENIED)
    RolesView list(@AuthenticationPrincipal Caller caller) {
        return new RolesView(users.roles(caller));
    }
}
