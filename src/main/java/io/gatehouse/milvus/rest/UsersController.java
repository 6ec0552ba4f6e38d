package io.gatehouse.milvus.rest;

import io.gatehouse.http.LargeAnswer;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.milvus.UnknownUser;
import io.gatehouse.user.UserService;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code users/*} of REST v2. */
@RestController
@RequestMapping(RestFace.PREFIX + "users")
@ConditionalOnRest
class UsersController {

    private static final String USER_NAME = "userName";
    private static final String PASSWORD = "password";
    private static final String NEW_PASSWORD = "newPassword";
    private static final String ROLE_NAME = "roleName";

    private final UserService users;

    UsersController(UserService users) {
        this.users = users;
    }

    @PostMapping("/list")
    @LargeAnswer(kilobytes = LargeAnswer.STREAM)
    Object list(RestCall call) {
        return call.answer(MilvusOperation.LIST_USERS, () -> users.names(call.caller()));
    }

    @PostMapping("/describe")
    Object describe(RestCall call) {
        call.body().require("UserReq", USER_NAME);
        String userName = call.body().text(USER_NAME);
        return call.answer(
                MilvusOperation.DESCRIBE_USER,
                () -> UnknownUser.hasNothing(
                        () -> users.describe(call.caller(), userName).roles()));
    }

    @PostMapping("/create")
    Object create(RestCall call) {
        call.body().require("PasswordReq", USER_NAME, PASSWORD);
        return call.answer(MilvusOperation.CREATE_USER, () -> {
            users.create(call.caller(), call.body().text(USER_NAME), call.body().password(PASSWORD));
            return RestCall.NOTHING;
        });
    }

    @PostMapping("/update_password")
    Object updatePassword(RestCall call) {
        RestBody body = call.body();
        if (call.caller().superUser()) {
            body.require("NewPasswordReq", USER_NAME, NEW_PASSWORD);
        } else {
            body.require("NewPasswordReq", USER_NAME, PASSWORD, NEW_PASSWORD);
        }
        return call.answer(MilvusOperation.UPDATE_PASSWORD, () -> {
            String userName = body.text(USER_NAME);
            UnknownUser.hasAnotherPassword(
                    userName,
                    call.caller().superUser(),
                    () -> users.changePassword(
                            call.caller(), userName, body.password(PASSWORD), body.password(NEW_PASSWORD)));
            return RestCall.NOTHING;
        });
    }

    @PostMapping("/drop")
    Object drop(RestCall call) {
        call.body().require("UserReq", USER_NAME);
        return call.answer(MilvusOperation.DROP_USER, () -> {
            UnknownUser.isFine(() -> users.drop(call.caller(), call.body().text(USER_NAME)));
            return RestCall.NOTHING;
        });
    }

    @PostMapping("/grant_role")
    Object grantRole(RestCall call) {
        call.body().require("UserRoleReq", USER_NAME, ROLE_NAME);
        return call.answer(MilvusOperation.GRANT_ROLE, () -> {
            users.grantRole(
                    call.caller(), call.body().text(USER_NAME), call.body().text(ROLE_NAME));
            return RestCall.NOTHING;
        });
    }

    @PostMapping("/revoke_role")
    Object revokeRole(RestCall call) {
        call.body().require("UserRoleReq", USER_NAME, ROLE_NAME);
        return call.answer(MilvusOperation.REVOKE_ROLE, () -> {
            UnknownUser.isFine(() -> users.revokeRole(
                    call.caller(), call.body().text(USER_NAME), call.body().text(ROLE_NAME)));
            return RestCall.NOTHING;
        });
    }
}
