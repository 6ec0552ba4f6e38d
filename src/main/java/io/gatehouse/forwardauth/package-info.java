/**
 * Forward authentication: a proxy in front of Milvus asks for each request whether its token is good, and lets it through or not.
 *
 * <p>Over HTTP the way of a question is that of the admin API: {@code authentication.TokenFilter} reads the token, {@code
 * VerifyController} says whose it is, {@code ForwardAuthFace} says no. Envoy asks over gRPC: {@code CheckRpcs} gives the same {@code
 * Identity} and {@code Denial}. What a caller may do in Milvus does not belong here.
 */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"address", "authentication", "caller", "grpc", "http", "milvus", "problem", "throttle"})
package io.gatehouse.forwardauth;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
