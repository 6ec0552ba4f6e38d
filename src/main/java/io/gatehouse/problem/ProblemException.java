package io.gatehouse.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A refused request.
 *
 * <p>The text is shown to the caller: it begins in lower case, names the thing and the limit, and holds no secret, no
 * class and no SQL. Immutable: each {@code with…} method returns a copy.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String sentence;
    private final String range;
    private final @Nullable String detail;
    private final transient List<Violation> violations;
    private final @Nullable Duration retryAfter;
    private final transient @Nullable Quota quota;

    public ProblemException(Problem problem, String sentence) {
        this(problem, sentence, "", null, List.of(), null, null, null);
    }

    /** A refusal because something below failed; the cause is for the log, never for the caller. */
    public ProblemException(Problem problem, String sentence, Throwable cause) {
        this(problem, sentence, "", null, List.of(), null, null, cause);
    }

    /** {@link Problem#STORAGE_UNAVAILABLE}, to be tried again in a second; the cause is for the log. */
    public static ProblemException storageUnavailable(Throwable cause) {
        return new ProblemException(Problem.STORAGE_UNAVAILABLE, "the database does not answer", cause)
                .withRetryAfter(Duration.ofSeconds(1));
    }

    /** {@link Problem#STORAGE_UNAVAILABLE}, to be tried again in a second: another change had the rows locked for too long. */
    public static ProblemException lockedByOthers(Throwable cause) {
        return new ProblemException(
                        Problem.STORAGE_UNAVAILABLE, "the database is busy with another change of the same data", cause)
                .withRetryAfter(Duration.ofSeconds(1));
    }

    /** {@link Problem#INTERNAL_ERROR}: nobody expected the cause, which is for the log. */
    public static ProblemException internalError(Throwable cause) {
        return new ProblemException(Problem.INTERNAL_ERROR, "internal error", cause);
    }

    /** {@link Problem#OVERLOADED}, to be tried again in a second: others changed the user each time it was read. */
    public static ProblemException changedByOthers() {
        return new ProblemException(Problem.OVERLOADED, "the user is being changed by others at the same time")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    private ProblemException(
            Problem problem,
            String sentence,
            String range,
            @Nullable String detail,
            List<Violation> violations,
            @Nullable Duration retryAfter,
            @Nullable Quota quota,
            @Nullable Throwable cause) {
        // A refusal is an answer, not a bug: without a cause its stack trace would cost time and tell nothing
        super(sentence, cause, false, cause != null);
        this.problem = problem;
        this.sentence = sentence;
        this.range = range;
        this.detail = detail;
        this.violations = violations;
        this.retryAfter = retryAfter;
        this.quota = quota;
    }

    /** Adds the value that was measured and its limits, such as {@code 4 out of range 6 <= value <= 256}. */
    public ProblemException withRange(String newRange) {
        return new ProblemException(problem, sentence, newRange, detail, violations, retryAfter, quota, getCause());
    }

    /** Adds a longer text for people. Milvus' faces keep the sentence, which their clients know. */
    public ProblemException withDetail(String newDetail) {
        return new ProblemException(problem, sentence, range, newDetail, violations, retryAfter, quota, getCause());
    }

    /** Adds the fields that broke the rule. */
    public ProblemException withViolations(List<Violation> newViolations) {
        return new ProblemException(
                problem, sentence, range, detail, List.copyOf(newViolations), retryAfter, quota, getCause());
    }

    /** Adds how long to wait before trying again. */
    public ProblemException withRetryAfter(Duration newRetryAfter) {
        return new ProblemException(problem, sentence, range, detail, violations, newRetryAfter, quota, getCause());
    }

    /** Adds the limit that was used up. */
    public ProblemException withQuota(Quota newQuota) {
        return new ProblemException(problem, sentence, range, detail, violations, retryAfter, newQuota, getCause());
    }

    public Problem problem() {
        return problem;
    }

    /** The text without the range: Milvus' faces put a suffix between the two. */
    public String sentence() {
        return sentence;
    }

    /** What was measured and its limits; empty where nothing was measured. */
    public String range() {
        return range;
    }

    public List<Violation> violations() {
        return violations;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The limit that was used up; empty where the refusal is not about one. */
    public Optional<Quota> quota() {
        return Optional.ofNullable(quota);
    }

    /** The whole text for the caller. */
    @Override
    public String getMessage() {
        if (detail != null) {
            return detail;
        }
        return range.isEmpty() ? sentence : sentence + " [" + range + "]";
    }
}
