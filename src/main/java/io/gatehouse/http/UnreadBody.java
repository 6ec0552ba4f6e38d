package io.gatehouse.http;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.WebUtils;

/** The body of a request that is answered without it. */
final class UnreadBody {

    private UnreadBody() {}

    /**
     * Waits for nobody's body: what has arrived is dropped, and when more is to come, the client is told that its connection
     * ends. Jetty would end it without a word, and the client's next request would fail.
     */
    static void leave(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (WebUtils.getNativeRequest(request, ReadBody.class) != null) {
            // It was read to its end before anything was answered
            return;
        }
        long length = request.getContentLengthLong();
        boolean chunked = isChunked(request);
        if (length <= 0 && !chunked) {
            return;
        }
        ServletInputStream body = request.getInputStream();
        if (!chunked && body.available() >= length) {
            body.skipNBytes(length);
        } else if (!body.isFinished()) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    /** Whether a body comes whose length is not known before. */
    static boolean isChunked(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }
}
