/**
 * Who asks, for what, whether it may, and how it ended.
 *
 * <p>A service makes an {@link io.gatehouse.caller.Operation} of a {@link io.gatehouse.caller.Caller}'s request, {@link
 * io.gatehouse.caller.Operations} asks whether the caller may do it and tells how it ended. Rules about what it is done to do not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "problem")
package io.gatehouse.caller;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
