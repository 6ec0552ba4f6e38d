package io.gatehouse.http;

import org.springframework.http.MediaType;

/**
 * An answer to a refused request.
 *
 * @param status the HTTP status
 * @param contentType the body's format
 * @param body what is written as JSON
 */
public record Refusal(int status, MediaType contentType, Object body) {}
