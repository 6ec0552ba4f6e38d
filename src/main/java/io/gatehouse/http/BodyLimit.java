package io.gatehouse.http;

import io.gatehouse.address.Shares;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a caller's body before anything else asks for it, and refuses one of more than 64 KiB, also when its length is not announced. No
 * thread waits for a body that is still to come ({@link ArrivingBody}).
 *
 * <p>Stands behind the token check. The body of a request without a caller is not read at all: no open path needs one.
 */
public final class BodyLimit extends OncePerRequestFilter {

    /** The most bytes of a request's body. */
    public static final int MOST_BYTES = ArrivingBody.MOST_BYTES;

    private final Refusals refusals;
    private final BodySettings settings;

    /** What bodies take while they are waited for: 16 MiB, of which a user has an eighth, whatever the number of its clients. */
    private final Shares room = new Shares(256L * MOST_BYTES, 32L * MOST_BYTES);

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
        boolean chunked = UnreadBody.isChunked(request);
        if (length > MOST_BYTES) {
            refusals.write(request, response, ArrivingBody.tooLarge());
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
        var arriving = new ArrivingBody(request, response, body, refusals, room);
        if (arriving.takeRoom(Math.max(length, ArrivingBody.BUFFER_BYTES))) {
            arriving.await(new ReadBody(request, body), settings.bodyTimeout());
        } else {
            refusals.write(request, response, ArrivingBody.tooMany());
        }
    }
}
