package io.gatehouse.user;

/**
 * Where a request comes from, proven or not.
 *
 * @param face the interface that took it: {@code grpc}, {@code rest-v2} or {@code api}; {@code gateway} for
 *     the question of a proxy; {@code command} on the server's
 *     machine; {@code start} for what the server does by itself
 * @param address the client's address
 * @param requestId the id under which the log has the request
 */
public record Client(String face, String address, String requestId) {}
