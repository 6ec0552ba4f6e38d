/**
 * What a password may be, and how it is kept: the policy and the salted hash.
 *
 * <p>{@link io.gatehouse.password.Password} and {@link io.gatehouse.password.PasswordHash} are the only carriers of a
 * secret and hide it in {@code toString}. A new password goes through {@link io.gatehouse.password.PasswordPolicy}, then
 * through {@link io.gatehouse.password.PasswordHasher}, whose threads and queue bound the work that anybody can cause; a hash
 * from another server goes through {@link io.gatehouse.password.ImportedHashPolicy}. Who owns a password, and where its hash is stored, does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"problem", "settings"})
package io.gatehouse.password;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
