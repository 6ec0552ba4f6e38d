/**
 * Who asks, for what, and how it ended.
 *
 * <p>A service makes an {@link io.gatehouse.caller.Operation} of a {@link io.gatehouse.caller.Caller}'s request, {@link
 * io.gatehouse.caller.Operations} tells how it ended. What a caller may do does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "problem")
package io.gatehouse.caller;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
