/**
 * Forward authentication: a proxy in front of Milvus asks for each request whether its token is good, and lets it through or not.
 *
 * <p>Over HTTP the way of a question is that of the admin API: {@code authentication.TokenFilter} reads the token, {@code
 * VerifyController} says whose it is, {@code GatewayFace} says no. Envoy asks over gRPC, which {@code milvus.grpc.CheckRpcs} answers
 * with the same {@link io.gatehouse.gateway.Identity} and {@link io.gatehouse.gateway.Denial}. What a caller may do in Milvus does not
 * belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"caller", "http", "milvus", "problem"})
package io.gatehouse.gateway;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
