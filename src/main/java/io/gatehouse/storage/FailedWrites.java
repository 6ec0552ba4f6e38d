package io.gatehouse.storage;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Remembers that the database could not write, and why: above all that its disk is full. After a refused change the audit trail tries each
 * second to write that refusal, so the memory is kept fresh until there is room.
 */
@Component
class FailedWrites {

    private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();

    private volatile @Nullable Failure last;

    private record Failure(String reason, long nanoTime) {}

    /** Remembers a failure of a statement, if it is one of writing. */
    void note(SQLException failure) {
        String reason = reason(failure);
        if (reason != null) {
            last = new Failure(reason, System.nanoTime());
        }
    }

    /** Why the database cannot write now; empty as far as it can. */
    Optional<String> reason() {
        Failure known = last;
        return known == null || System.nanoTime() - known.nanoTime() > REMEMBERED_NANOS
                ? Optional.empty()
                : Optional.of(known.reason());
    }

    private static @Nullable String reason(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return switch (state) {
            case "53100" -> "the disk of PostgreSQL is full";
            case "25006" -> "PostgreSQL is read-only";
            // H2 tells the operating system's reason
            default ->
                failure.getClass().getName().startsWith("org.h2.")
                                && NestedExceptionUtils.getMostSpecificCause(failure) instanceof IOException cause
                        ? cause.getMessage()
                        : null;
        };
    }
}
