package io.gatehouse.api;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a user name in a path. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(
        example = "user_1",
        schema =
                @Schema(
                        type = "string",
                        minLength = 1,
                        maxLength = ApiText.LONGEST_USER_NAME,
                        pattern = ApiText.USER_NAME_PATTERN))
@interface UserNameInPath {}
