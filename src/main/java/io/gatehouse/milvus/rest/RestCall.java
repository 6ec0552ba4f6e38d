package io.gatehouse.milvus.rest;

import io.gatehouse.caller.Caller;
import io.gatehouse.milvus.MilvusDatabase;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** One call of REST v2: who makes it, with what body, and how it is answered. */
final class RestCall {

    /** The {@code data} of a call that only changes something. */
    static final Map<String, Object> NOTHING = Map.of();

    private static final String TIMEOUT_HEADER = "Request-Timeout";
    private static final String DATABASE_HEADER = "DB-Name";
    private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,5}");

    private final Caller caller;
    private final RestBody body;
    private final String database;
    private final Optional<Duration> timeout;
    private final TimedCalls timed;

    private RestCall(Caller caller, RestBody body, String database, Optional<Duration> timeout, TimedCalls timed) {
        this.caller = caller;
        this.body = body;
        this.database = database;
        this.timeout = timeout;
        this.timed = timed;
    }

    /**
     * A successful call.
     *
     * @param code always 0
     * @param data what was asked for
     */
    record Success(int code, Object data) {}

    /**
     * Reads a call.
     *
     * @throws BadForm when its body cannot be read
     */
    static RestCall read(HttpServletRequest request, Caller caller, TimedCalls timed) throws IOException {
        RestBody body = RestBody.read(request.getInputStream().readAllBytes());
        String named = Optional.of(body.text("dbName"))
                .filter(name -> !name.isEmpty())
                .or(() -> Optional.ofNullable(request.getHeader(DATABASE_HEADER)))
                .orElse(MilvusDatabase.DEFAULT);
        Optional<Duration> timeout = Optional.ofNullable(request.getHeader(TIMEOUT_HEADER))
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        return new RestCall(caller, body, MilvusDatabase.shown(named), timeout, timed);
    }

    Caller caller() {
        return caller;
    }

    RestBody body() {
        return body;
    }

    /**
     * Runs an operation and wraps its answer, within the time that the client gave.
     *
     * @param work gives the {@code data} of the answer
     * @return what Spring MVC renders, now or later
     */
    Object answer(MilvusOperation operation, Supplier<Object> work) {
        Supplier<Object> answer = () -> new Success(0, inMilvusWords(operation, work));
        return timeout.<Object>map(limit -> timed.answer(limit, answer)).orElseGet(answer);
    }

    private Object inMilvusWords(MilvusOperation operation, Supplier<Object> work) {
        try {
            return work.get();
        } catch (ProblemException e) {
            throw e.problem().kind() == Problem.Kind.DENIED
                    ? new ProblemException(e.problem(), operation.denial(caller.getName(), database))
                    : e;
        }
    }
}
