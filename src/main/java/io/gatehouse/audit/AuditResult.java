package io.gatehouse.audit;

import io.gatehouse.problem.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of an operation. */
enum AuditResult {
    /** It was done. */
    SUCCESS,
    /** Gatehouse refused it, and nothing was changed. */
    DENIED,
    /** Gatehouse was not able to do it, and nothing was changed, as far as it was told. */
    FAILED;

    static AuditResult of(@Nullable Problem refusal) {
        if (refusal == null) {
            return SUCCESS;
        }
        return switch (refusal.kind()) {
            case OVERLOADED, UNAVAILABLE, INTERNAL, TIMED_OUT -> FAILED;
            case MALFORMED,
                    INVALID,
                    UNAUTHENTICATED,
                    DENIED,
                    FORBIDDEN,
                    NOT_FOUND,
                    NOT_SERVED,
                    CONFLICT,
                    TOO_LARGE,
                    THROTTLED -> DENIED;
        };
    }

    /** A name as the trail writes it: {@code CREATE_USER} is {@code create-user}. */
    static String written(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
