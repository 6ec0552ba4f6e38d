package io.gatehouse;

import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Tells a start that was stopped from one that failed. When the process has to end, Spring interrupts the start and closes what it needs, and
 * whatever fails then is no fault of its own.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StoppedStart implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(StoppedStart.class);

    private static final Thread HOOK = new Thread(StoppedStart::stopping, "stopped-start");

    /** Runs a start and logs, in one line, that the process has to end before the start is over. */
    static void watch(Runnable start) {
        Runtime.getRuntime().addShutdownHook(HOOK);
        try {
            start.run();
        } finally {
            isStopping();
        }
    }

    @Override
    public boolean reportException(Throwable failure) {
        return isStopping();
    }

    private static void stopping() {
        log.info("stopped while starting");
        // What was opened half is closed half, which these warn of
        LoggingSystem logging = LoggingSystem.get(StoppedStart.class.getClassLoader());
        Stream.of("com.zaxxer.hikari", "org.eclipse.jetty", "org.springframework")
                .forEach(name -> logging.setLogLevel(name, LogLevel.OFF));
    }

    /** Ends the watch unless it is too late: the JVM gives no hook back once it has begun to stop. */
    private static boolean isStopping() {
        try {
            Runtime.getRuntime().removeShutdownHook(HOOK);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
