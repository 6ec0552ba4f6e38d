package io.gatehouse.milvus.rest;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * Answers calls for which the client gave a time. When it is over, the client gets a refusal and the work goes on: it is never interrupted,
 * and what it changes is changed. No request thread waits with the client.
 */
@Component
@ConditionalOnRest
class TimedCalls implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TimedCalls.class);

    /** Half of what the servlet container answers at once: work can go on for longer than its client waits. */
    static final int MOST = 100;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final ThreadPoolExecutor threads = new Threads(ended);
    private volatile boolean running;

    /**
     * Runs work.
     *
     * @return its result, its failure, or {@link Problem#REQUEST_TIMEOUT}: whichever comes first, and nothing else
     * @throws ProblemException {@link Problem#OVERLOADED}
     */
    <T> DeferredResult<T> answer(Duration limit, Supplier<T> work) {
        // The container has no timeout for it: it would take back a result that comes at the same moment
        var answer = new DeferredResult<T>(0L);
        CompletableFuture<T> result = begin(inTheSameLog(work));
        var unusedTimeout = result.copy()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> {
                    if (failure instanceof TimeoutException) {
                        answer.setErrorResult(new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout"));
                    }
                });
        var unusedResult = result.whenComplete((done, failure) -> {
            if (failure == null) {
                answer.setResult(done);
            } else if (!answer.setErrorResult(cause(failure))) {
                logUnanswered(cause(failure));
            }
        });
        return answer;
    }

    @Override
    public void start() {
        running = true;
    }

    /** Lets work end whose client no longer waits: the servlet container, which stops before, knows nothing of it. */
    @Override
    public void stop(Runnable callback) {
        stop();
        var unused = ended.thenRun(callback);
    }

    @Override
    public void stop() {
        running = false;
        threads.shutdown();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1;
    }

    private <T> CompletableFuture<T> begin(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException e) {
            throw new ProblemException(Problem.OVERLOADED, "too many calls with a Request-Timeout are under way", e)
                    .withRetryAfter(RETRY_AFTER);
        }
    }

    private static <T> Supplier<T> inTheSameLog(Supplier<T> work) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return () -> {
            MDC.setContextMap(context == null ? Map.of() : context);
            try {
                return work.get();
            } finally {
                MDC.clear();
            }
        };
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** The audit trail has what was refused. */
    private static void logUnanswered(Throwable failure) {
        if (failure instanceof ProblemException refused && !refused.problem().concernsTheOperator()) {
            log.debug("refused after its client had stopped waiting", failure);
        } else {
            log.error("failed after its client had stopped waiting", failure);
        }
    }

    /** Nothing waits for a thread: what has not begun in time would begin for nobody. */
    private static final class Threads extends ThreadPoolExecutor {

        private final CompletableFuture<@Nullable Void> ended;

        Threads(CompletableFuture<@Nullable Void> ended) {
            super(0, MOST, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), new CustomizableThreadFactory("rest-"));
            this.ended = ended;
        }

        @Override
        protected void terminated() {
            ended.complete(null);
        }
    }
}
