package io.gatehouse.user;

import io.gatehouse.password.Password;
import org.jspecify.annotations.Nullable;

/**
 * The two passwords of a change.
 *
 * @param oldPassword the user's current password; not looked at when the caller is a superuser
 * @param newPassword the one that it is to be
 */
public record PasswordChange(@Nullable Password oldPassword, Password newPassword) {}
