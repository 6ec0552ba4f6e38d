package io.gatehouse.http;

import io.gatehouse.address.Shares;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request's body that is still to come. No thread waits for it: the container calls when a part has arrived, and the request goes on
 * when it is whole. The container never calls twice at once.
 */
final class ArrivingBody implements ReadListener, AsyncListener {

    private static final Logger log = LoggerFactory.getLogger(ArrivingBody.class);

    /** The most bytes of a body. */
    static final int MOST_BYTES = 64 * 1024;

    /** The least that a body takes of the room. */
    static final int BUFFER_BYTES = 8 * 1024;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Of a request whose body has come since its token was checked. */
    private static final String ARRIVED = ArrivingBody.class.getName();

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ByteArrayOutputStream body;
    private final Refusals refusals;
    private final Shares room;

    /** Known while the request is dispatched only. */
    private final String user;

    private int taken;
    private @Nullable AsyncContext waiting;

    /**
     * A body that nobody waits for yet.
     *
     * @param body gets what arrives, and may have the first part of it already
     * @param room of all bodies that are waited for
     */
    ArrivingBody(
            HttpServletRequest request,
            HttpServletResponse response,
            ByteArrayOutputStream body,
            Refusals refusals,
            Shares room) {
        this.request = request;
        this.response = response;
        this.body = body;
        this.refusals = refusals;
        this.room = room;
        this.user = request.getUserPrincipal().getName();
    }

    /** Whether this dispatch of a request is the one that its body was waited for; tells so once. */
    static boolean hasArrived(HttpServletRequest request) {
        boolean arrived = request.getAttribute(ARRIVED) != null;
        request.removeAttribute(ARRIVED);
        return arrived;
    }

    /** Dispatches the request as {@code whole} as soon as its body is there, and refuses it when the body takes too long. */
    void await(HttpServletRequest whole, Duration timeout) throws IOException {
        AsyncContext started = request.startAsync(whole, response);
        waiting = started;
        started.setTimeout(timeout.toMillis());
        started.addListener(this);
        request.getInputStream().setReadListener(this);
    }

    @Override
    public void onDataAvailable() throws IOException {
        ServletInputStream input = request.getInputStream();
        var buffer = new byte[BUFFER_BYTES];
        while (waiting != null && input.isReady() && !input.isFinished()) {
            int read = input.read(buffer);
            if (read > 0) {
                body.write(buffer, 0, read);
            }
            if (body.size() > MOST_BYTES) {
                refuse(tooLarge());
            } else if (!takeRoom(body.size())) {
                refuse(tooMany());
            }
        }
    }

    @Override
    public void onAllDataRead() {
        end(whole -> {
            request.setAttribute(ARRIVED, true);
            whole.dispatch();
        });
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        refuse(timedOut());
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onError(Throwable failure) {
        log.debug("a request's body did not arrive: requestId={}", RequestId.of(request), failure);
        if (failure instanceof HttpException) {
            refuse(new ProblemException(Problem.MALFORMED_REQUEST, "the request body is malformed"));
        } else if (failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException) {
            refuse(timedOut());
        } else {
            // Nobody is there to be told
            end(AsyncContext::complete);
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end(finished -> {});
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Belongs to whoever started it: this one has ended
    }

    /** Takes as much room as that many bytes in all; false when there is not as much, and then it has what it had before. */
    boolean takeRoom(int bytes) {
        int more = Math.max(0, bytes - taken);
        boolean fits = room.take(user, more);
        taken += fits ? more : 0;
        return fits;
    }

    static ProblemException tooMany() {
        return new ProblemException(Problem.OVERLOADED, "too many request bodies are still to arrive")
                .withRetryAfter(RETRY_AFTER);
    }

    static ProblemException tooLarge() {
        return new ProblemException(Problem.REQUEST_TOO_LARGE, "request body too large")
                .withRange("more than %d bytes".formatted(MOST_BYTES));
    }

    private static ProblemException timedOut() {
        return new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout");
    }

    private void refuse(ProblemException problem) {
        end(refused -> {
            try {
                refusals.write(request, response, problem);
            } catch (IOException e) {
                log.debug("a client went before it was refused", e);
            } finally {
                refused.complete();
            }
        });
    }

    private void end(Consumer<AsyncContext> how) {
        AsyncContext ending = waiting;
        if (ending != null) {
            waiting = null;
            room.giveBack(user, taken);
            how.accept(ending);
        }
    }
}
