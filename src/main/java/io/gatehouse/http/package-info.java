/**
 * The edge that all HTTP faces share: request ids, limits, the firewall, and one way out for every refusal.
 *
 * <p>Whatever goes wrong, in a filter, in Spring MVC or in the servlet container, becomes a {@link
 * io.gatehouse.problem.Problem} here; the {@link io.gatehouse.http.HttpFace} that owns the path then says what it looks like.
 * Paths, formats and codes of a face do not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "caller", "problem"})
package io.gatehouse.http;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
