package io.gatehouse.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client can log in: the values of {@code WWW-Authenticate} in a 401.
 *
 * <p>Browsers are not offered {@code Basic}. A browser asks for the password in a dialog of its own, over Swagger UI as well, keeps it, and adds it to
 * requests that other sites make to this server.
 */
final class Challenges {

    private static final String BEARER = "Bearer realm=\"gatehouse\"";

    /** RFC 7617, 2.1. */
    private static final String BASIC = "Basic realm=\"gatehouse\", charset=\"UTF-8\"";

    /** The beginning of the User-Agent of every browser. */
    private static final String BROWSER = "Mozilla/";

    private Challenges() {}

    /**
     * Each is a field of its own: many clients read one challenge a field.
     *
     * @param userAgent what the client says it is; null when that is unknown, as it is behind a proxy that drops it
     */
    static List<String> of(@Nullable String userAgent) {
        boolean mayBeBrowser = userAgent == null || userAgent.startsWith(BROWSER);
        return mayBeBrowser ? List.of(BEARER) : List.of(BEARER, BASIC);
    }
}
