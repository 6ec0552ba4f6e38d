package io.gatehouse.api;

import static io.gatehouse.problem.Problem.INVALID_PASSWORD;
import static io.gatehouse.problem.Problem.INVALID_ROLE_NAME;
import static io.gatehouse.problem.Problem.INVALID_USER_NAME;
import static io.gatehouse.problem.Problem.OLD_PASSWORD_MISMATCH;
import static io.gatehouse.problem.Problem.PERMISSION_DENIED;
import static io.gatehouse.problem.Problem.ROLE_NOT_FOUND;
import static io.gatehouse.problem.Problem.ROOT_PROTECTED;
import static io.gatehouse.problem.Problem.SELF_DROP;
import static io.gatehouse.problem.Problem.USER_ALREADY_EXISTS;
import static io.gatehouse.problem.Problem.USER_LIMIT_REACHED;
import static io.gatehouse.problem.Problem.USER_NOT_FOUND;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gatehouse.caller.Caller;
import io.gatehouse.http.LargeAnswer;
import io.gatehouse.http.PageSize;
import io.gatehouse.http.Refuses;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.user.User;
import io.gatehouse.user.UserPage;
import io.gatehouse.user.UserService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Users as resources. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = ApiText.USERS_TAG)
class UserController {

    private final UserService users;

    UserController(UserService users) {
        this.users = users;
    }

    @Schema(name = "NewUser", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record NewUser(
            @NotNull(message = "is required") String userName,

            @NotNull(message = "is required") @Schema(implementation = String.class, format = "password")
            Password password) {}

    @Schema(name = "PasswordChange", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record PasswordChange(
            @Schema(
                    types = {"string", "null"},
                    implementation = String.class,
                    format = "password",
                    minLength = 1,
                    maxLength = PasswordPolicy.LONGEST,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description = "The user's current password. Only superusers may leave it out")
            @Nullable
            Password oldPassword,

            @NotNull(message = "is required") @Schema(implementation = String.class, format = "password")
            Password newPassword) {}

    @Schema(name = "User")
    record UserView(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String userName,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Sorted; always empty for root")
            List<String> roles,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "Whether the user may administer users: root, and users with the role admin")
            boolean administrator,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "RFC 3339, UTC")
            Instant createdAt,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "When the password or the roles last changed")
            Instant updatedAt) {

        static UserView of(User user) {
            return new UserView(
                    user.userName(), user.roles(), user.administrator(), user.createdAt(), user.updatedAt());
        }
    }

    @Schema(name = "Users")
    record UsersView(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "By name")
            List<UserView> users,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description = "To be given as `after` to get the following page; absent on the last one")
            @Nullable
            String next) {

        static UsersView of(UserPage page) {
            return new UsersView(
                    page.users().stream().map(UserView::of).toList(),
                    page.next().orElse(null));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createUser",
            summary = "Create a user",
            description = "Administrators only. The user has no roles and logs in at once.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            examples =
                                                    @ExampleObject(
                                                            name = "user_1",
                                                            description = "The user of Milvus' documents",
                                                            value = ApiText.NEW_USER))))
    @ApiResponse(
            responseCode = "201",
            description = "Created",
            headers =
                    @Header(
                            name = "Location",
                            description = "The user's path",
                            required = true,
                            schema = @Schema(type = "string")),
            content =
                    @Content(
                            schema = @Schema(implementation = UserView.class),
                            examples =
                                    @ExampleObject(name = "user_1", description = "A new user", value = ApiText.USER)))
    @Refuses({PERMISSION_DENIED, INVALID_USER_NAME, INVALID_PASSWORD, USER_ALREADY_EXISTS, USER_LIMIT_REACHED})
    ResponseEntity<UserView> create(@AuthenticationPrincipal Caller caller, @Valid @RequestBody NewUser body) {
        User user = users.create(caller, body.userName(), body.password());
        return ResponseEntity.created(URI.create("/api/v1/users/" + user.userName()))
                .body(UserView.of(user));
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "listUsers",
            summary = "List users",
            description = "Administrators only. Sorted by name, root included.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of users",
            content =
                    @Content(
                            schema = @Schema(implementation = UsersView.class),
                            examples =
                                    @ExampleObject(name = "all", description = "The only page", value = ApiText.USERS)))
    @Refuses({PERMISSION_DENIED, INVALID_USER_NAME})
    @LargeAnswer(kilobytes = LargeAnswer.PAGE)
    UsersView list(
            @AuthenticationPrincipal Caller caller,
            @Parameter(
                            description = "The most users of a page",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(required = false)
                    @Nullable
                    String limit,
            @Parameter(
                            description = "Only users whose name comes after this one; all of them when it is empty",
                            schema = @Schema(type = "string"))
                    @RequestParam(defaultValue = "")
                    String after) {
        return UsersView.of(users.list(caller, PageSize.of(limit), after));
    }

    @GetMapping(path = "/{userName}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "describeUser",
            summary = "Describe a user",
            description = "Everybody may describe itself, administrators anybody.")
    @ApiResponse(
            responseCode = "200",
            description = "The user",
            content =
                    @Content(
                            schema = @Schema(implementation = UserView.class),
                            examples =
                                    @ExampleObject(name = "user_1", description = "A new user", value = ApiText.USER)))
    @Refuses({PERMISSION_DENIED, INVALID_USER_NAME, USER_NOT_FOUND})
    UserView describe(@AuthenticationPrincipal Caller caller, @UserNameInPath @PathVariable String userName) {
        return UserView.of(users.describe(caller, userName));
    }

    @PutMapping(path = "/{userName}/password", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "changePassword",
            summary = "Change a password",
            description =
                    "Everybody may change its own password, administrators anybody's. The old password is the user's current"
                            + " one. Tokens with it are dead once this returns.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            examples =
                                                    @ExampleObject(
                                                            name = "user_1",
                                                            description =
                                                                    "With the old password, which only superusers may leave out",
                                                            value = ApiText.PASSWORD_CHANGE))))
    @ApiResponse(responseCode = "204", description = "Changed")
    @Refuses({PERMISSION_DENIED, INVALID_PASSWORD, USER_NOT_FOUND, OLD_PASSWORD_MISMATCH})
    void changePassword(
            @AuthenticationPrincipal Caller caller,
            @UserNameInPath @PathVariable String userName,
            @Valid @RequestBody PasswordChange body) {
        users.changePassword(caller, userName, body.oldPassword(), body.newPassword());
    }

    @DeleteMapping("/{userName}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "dropUser",
            summary = "Drop a user",
            description =
                    "Administrators only. Nobody drops itself or root. The user's tokens are dead once this returns.")
    @ApiResponse(responseCode = "204", description = "Dropped")
    @Refuses({PERMISSION_DENIED, ROOT_PROTECTED, SELF_DROP, USER_NOT_FOUND})
    void drop(@AuthenticationPrincipal Caller caller, @UserNameInPath @PathVariable String userName) {
        users.drop(caller, userName);
    }

    @PutMapping("/{userName}/roles/{roleName}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "grantRole",
            summary = "Grant a role",
            description = "Administrators only. Granting a role twice, or to root, changes nothing.")
    @ApiResponse(responseCode = "204", description = "The user has the role")
    @Refuses({PERMISSION_DENIED, INVALID_USER_NAME, INVALID_ROLE_NAME, USER_NOT_FOUND, ROLE_NOT_FOUND})
    void grantRole(
            @AuthenticationPrincipal Caller caller,
            @UserNameInPath @PathVariable String userName,
            @RoleNameInPath @PathVariable String roleName) {
        users.grantRole(caller, userName, roleName);
    }

    @DeleteMapping("/{userName}/roles/{roleName}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "revokeRole",
            summary = "Revoke a role",
            description = "Administrators only. Revoking a role that the user does not have changes nothing.")
    @ApiResponse(responseCode = "204", description = "The user does not have the role")
    @Refuses({PERMISSION_DENIED, INVALID_USER_NAME, INVALID_ROLE_NAME, USER_NOT_FOUND, ROLE_NOT_FOUND})
    void revokeRole(
            @AuthenticationPrincipal Caller caller,
            @UserNameInPath @PathVariable String userName,
            @RoleNameInPath @PathVariable String roleName) {
        users.revokeRole(caller, userName, roleName);
    }
}
