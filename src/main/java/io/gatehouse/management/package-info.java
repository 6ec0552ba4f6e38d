/**
 * What an operator and a probe may ask: the management port, and the health paths beside the faces.
 *
 * <p>The management port (9091) has a security filter chain of its own, in front of all others: four paths are open there,
 * a fifth is for administrators, and everything else does not exist. {@code /healthz}, {@code /livez} and {@code /readyz} are open on
 * the faces' port too; an administrator's token shows the details of {@code /readyz} there. Numbers and health of a thing
 * belong to the module that owns the thing.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"authentication", "http", "problem"})
package io.gatehouse.management;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
