package io.gatehouse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Tells a start that was stopped from one that failed. When the process has to end, Spring closes what a start needs, and whatever fails
 * then is no fault of its own.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StoppedStart implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(StoppedStart.class);

    @Override
    public boolean reportException(Throwable failure) {
        if (!isStopping()) {
            return false;
        }
        log.info("stopped while starting");
        return true;
    }

    /** The JVM has no other way to tell: it takes no further hook once it has begun to stop. */
    private static boolean isStopping() {
        var hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return !Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
