package io.gatehouse.milvus.rest;

import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserService;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code roles/*} of REST v2. */
@RestController
@RequestMapping(RestFace.PREFIX + "roles")
@ConditionalOnRest
class RolesController {

    private static final String ROLE_NAME = "roleName";

    private final UserService users;

    RolesController(UserService users) {
        this.users = users;
    }

    @PostMapping("/list")
    Object list(RestCall call) {
        return call.answer(MilvusOperation.LIST_ROLES, () -> users.roles(call.caller()));
    }

    /** The grants of a role: the built-in ones have none that could be listed. */
    @PostMapping("/describe")
    Object describe(RestCall call) {
        call.body().require("RoleReq", ROLE_NAME);
        String roleName = call.body().text(ROLE_NAME);
        return call.answer(MilvusOperation.DESCRIBE_ROLE, () -> {
            if (!users.roles(call.caller()).contains(roleName)) {
                throw new ProblemException(Problem.ROLE_NOT_FOUND, "role not found: " + roleName);
            }
            return List.of();
        });
    }
}
