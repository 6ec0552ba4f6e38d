package io.gatehouse.http;

import io.gatehouse.problem.Quota;
import java.util.Map;

/**
 * The header fields {@code RateLimit-Policy} and {@code RateLimit}, as in {@code draft-ietf-httpapi-ratelimit-headers-10} (27
 * September 2025): a limit that was used up, and when it may be tried again.
 */
final class RateLimit {

    private static final String POLICY = "RateLimit-Policy";
    private static final String REMAINING = "RateLimit";

    private RateLimit() {}

    /**
     * The fields of an answer that a limit refuses.
     *
     * @param seconds how long to wait; the same as in {@code Retry-After}, as section 5 of the draft asks
     */
    static Map<String, String> usedUp(Quota quota, long seconds) {
        return Map.of(
                POLICY,
                "\"%s\";q=%d;w=%d"
                        .formatted(quota.name(), quota.most(), quota.window().toSeconds()),
                REMAINING,
                "\"%s\";r=0;t=%d".formatted(quota.name(), seconds));
    }
}
