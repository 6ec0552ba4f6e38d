package io.gatehouse.grpc;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * The threads that answer calls, as those of the HTTP faces are: a virtual one for each call where Java has them and {@code
 * spring.threads.virtual.enabled} is set, otherwise a pool of Jetty's kind and size. The pool has to be larger than the queue for
 * hashing: whoever waits there keeps a thread, and callers whose token is verified must not notice.
 */
@Component
class CallThreads implements DisposableBean {

    private static final String NAME = "grpc";
    private static final int MOST_THREADS = 200;
    private static final int FEWEST_THREADS = 4;

    private final Executor executor;
    private final Optional<QueuedThreadPool> pool;

    CallThreads(Environment environment) {
        if (Threading.VIRTUAL.isActive(environment)) {
            executor = new VirtualThreadTaskExecutor(NAME + "-");
            pool = Optional.empty();
        } else {
            QueuedThreadPool threads = pool();
            executor = threads;
            pool = Optional.of(threads);
        }
    }

    Executor executor() {
        return executor;
    }

    /**
     * Leaves threads alone that still answer a call at the end: it may be writing to a database, Jetty would interrupt them, and gRPC
     * hands on the end of the call to them.
     */
    @Override
    public void destroy() {
        pool.filter(threads -> threads.getBusyThreads() == 0).ifPresent(threads -> LifeCycle.stop(threads));
    }

    private static QueuedThreadPool pool() {
        var threads = new QueuedThreadPool(MOST_THREADS, FEWEST_THREADS);
        threads.setName(NAME);
        threads.setReservedThreads(0);
        threads.setDaemon(true);
        LifeCycle.start(threads);
        return threads;
    }
}
