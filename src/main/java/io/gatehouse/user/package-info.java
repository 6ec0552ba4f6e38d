/**
 * Users and the rules about them: everything that anybody can ask of Gatehouse is a method of
 * {@link io.gatehouse.user.UserService}.
 *
 * <p>The way of a request: {@code Operations} (may this caller do that?), {@code UserRules}, the shape of names and passwords,
 * the old password, the new hash (outside of any transaction), then {@code UserStore} (one short transaction). {@link
 * io.gatehouse.user.CredentialVerifier} is the other entrance: it compares passwords, and says who a user is now. How a token or
 * an answer looks on the wire does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "caller", "password", "problem", "role", "settings", "throttle"})
package io.gatehouse.user;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
