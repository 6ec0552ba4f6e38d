package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a request whose body has more than 64 KiB, also when its length is not announced. Stands behind the token check,
 * so that nobody unknown can make Gatehouse read anything.
 */
public final class BodyLimit extends OncePerRequestFilter {

    /** The most bytes of a request's body. */
    public static final int MOST_BYTES = 64 * 1024;

    private final Refusals refusals;

    public BodyLimit(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean announced = request.getContentLengthLong() > MOST_BYTES;
        byte[] body = announced ? new byte[0] : request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (announced || body.length > MOST_BYTES) {
            refusals.write(
                    request,
                    response,
                    new ProblemException(Problem.REQUEST_TOO_LARGE, "request body too large")
                            .withRange("more than %d bytes".formatted(MOST_BYTES)));
            return;
        }
        chain.doFilter(new ReadBody(request, body), response);
    }

    private static final class ReadBody extends HttpServletRequestWrapper {

        private final byte[] body;

        ReadBody(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            return new BodyStream(new ByteArrayInputStream(body));
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
