/**
 * From a token to the {@link io.gatehouse.caller.Caller}.
 *
 * <p>The way of a token: {@code TokenParser} reads a {@link io.gatehouse.authentication.Token}, {@link
 * io.gatehouse.authentication.TokenAuthenticator} looks it up among the {@code VerifiedTokens} or has a {@code Login} prove it, {@code TokenFilter} puts the caller into Spring Security's
 * context. A face uses {@link io.gatehouse.authentication.TokenAuthentication} in its own security filter chain, which begins as
 * {@code StatelessChains} says; {@code DenyByDefault} closes whatever no face owns. What a caller may do does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "caller", "http", "password", "problem", "throttle", "user"})
package io.gatehouse.authentication;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
