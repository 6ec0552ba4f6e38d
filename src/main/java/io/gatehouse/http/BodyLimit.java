package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a caller's body before anything else asks for it, and refuses one of more than 64 KiB, also when its length is not announced. No
 * thread waits for a body that is still to come ({@link ArrivingBody}).
 *
 * <p>Stands behind the token check. The body of a request without a caller is not read at all: no open path needs one.
 */
public final class BodyLimit extends OncePerRequestFilter {

    /** The most bytes of a request's body. */
    public static final int MOST_BYTES = 64 * 1024;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Refusals refusals;
    private final BodySettings settings;
    private final ArrivingRoom room = new ArrivingRoom();

    public BodyLimit(Refusals refusals, BodySettings settings) {
        this.refusals = refusals;
        this.settings = settings;
    }

    /**
     * Whether a request goes on because its body has come, some time after its token was checked. Says so once: a later dispatch of it
     * is that of its answer.
     */
    public static boolean hasArrived(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.ASYNC && ArrivingBody.hasArrived(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getUserPrincipal() == null) {
            UnreadBody.leave(request, response);
            chain.doFilter(new ReadBody(request, new ByteArrayOutputStream(0)), response);
            return;
        }
        long length = request.getContentLengthLong();
        boolean chunked = request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
        if (length > MOST_BYTES) {
            refusals.write(request, response, tooLarge());
            return;
        }
        var body = new ByteArrayOutputStream((int) Math.max(0, length));
        if (!chunked) {
            readWhatHasArrived(request.getInputStream(), body);
        }
        if (chunked || body.size() < length) {
            await(request, response, body, (int) length);
        } else {
            chain.doFilter(new ReadBody(request, body), response);
        }
    }

    /** What of a body is in memory already, in most cases all of it. */
    private static void readWhatHasArrived(ServletInputStream input, ByteArrayOutputStream body) throws IOException {
        for (int arrived = input.available(); arrived > 0; arrived = input.available()) {
            body.writeBytes(input.readNBytes(arrived));
        }
    }

    private void await(HttpServletRequest request, HttpServletResponse response, ByteArrayOutputStream body, int length)
            throws IOException {
        ArrivingRoom.Place place = room.placeOf(request.getUserPrincipal().getName());
        if (place.growTo(Math.max(length, ArrivingBody.BUFFER_BYTES))) {
            new ArrivingBody(request, response, body, refusals, place)
                    .await(new ReadBody(request, body), settings.bodyTimeout());
        } else {
            refusals.write(request, response, tooMany());
        }
    }

    static ProblemException tooMany() {
        return new ProblemException(Problem.OVERLOADED, "too many request bodies are still to arrive")
                .withRetryAfter(RETRY_AFTER);
    }

    static ProblemException tooLarge() {
        return new ProblemException(Problem.REQUEST_TOO_LARGE, "request body too large")
                .withRange("more than %d bytes".formatted(MOST_BYTES));
    }

    static final class ReadBody extends HttpServletRequestWrapper {

        private final ByteArrayOutputStream body;

        ReadBody(HttpServletRequest request, ByteArrayOutputStream body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            return new BodyStream(new ByteArrayInputStream(body.toByteArray()));
        }
    }

    /** Bytes that are all here. */
    static final class BodyStream extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        BodyStream(ByteArrayInputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("the body is read already");
        }
    }
}
