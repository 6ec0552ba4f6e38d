/**
 * The edge that all gRPC faces share, as {@code http} is for HTTP: tokens, limits, and one way out for every refusal.
 *
 * <p>{@code TokenInterceptor} stands in front of every method, ours or not: metadata, then the {@code Caller}. {@code MessageMemory}, {@code
 * OpenCalls} and {@code AwaitedRequests} bound what a client may cause, {@code UnknownMethods} answers what there is not. {@link
 * io.gatehouse.grpc.GrpcFace} has the words. {@code HealthRpcs} is {@code grpc.health.v1}. {@code GrpcConfiguration} hands all of it to
 * whoever owns the port, which does not belong here; nor do the methods of a face.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "authentication", "caller", "problem", "throttle"})
package io.gatehouse.grpc;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
