/**
 * The admin API under {@code /api/v1}: resources, real HTTP statuses, problem documents (RFC 9457), OpenAPI and Swagger UI.
 *
 * <p>A controller translates a request to one method of {@link io.gatehouse.user.UserService} and its answer back; {@code
 * ProblemDocuments} is the table from problem to status. Nothing here is public, and no rule is decided here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"authentication", "caller", "http", "password", "problem", "user"})
package io.gatehouse.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
