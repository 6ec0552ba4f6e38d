/** Roles. There are two, which nobody can change. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.gatehouse.role;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
