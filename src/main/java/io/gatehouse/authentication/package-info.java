/**
 * From a token to the {@link io.gatehouse.user.Caller}.
 *
 * <p>The way of a token: {@code TokenParser} splits it, {@link io.gatehouse.authentication.TokenAuthenticator} looks it up
 * among the {@code VerifiedTokens} or has its password checked, {@code TokenFilter} puts the caller into Spring Security's
 * context. A face uses {@link io.gatehouse.authentication.TokenAuthentication} in its own security filter chain, which begins as
 * {@code StatelessChains} says; {@code DenyByDefault} closes whatever no face owns. What a caller may do does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "user", "password", "problem", "throttle"})
package io.gatehouse.authentication;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
