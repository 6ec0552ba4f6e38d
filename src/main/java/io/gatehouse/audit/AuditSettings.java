package io.gatehouse.audit;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What becomes of the audit trail.
 *
 * @param keptFor how long audit events stay in the database, and rolled log files: 1d to 36500d
 * @param maxSize how large the trail may be in the database: beyond it the oldest refusals go first, then the oldest logins, then
 *     users' changes of their own passwords, other changes last; also the most that rolled log files take; not less than 100KB
 * @param logFile a file that gets every audit event as a line of JSON; none by default
 * @param refusalsPerMinute how many different refusals a minute of one user, or of one network (IPv6: /64) of which nobody is proven, have an
 *     event each; further ones share one
 * @param queue how many logins and refusals may wait to be written; one more is lost, counted and said in the log
 */
@Validated
@ConfigurationProperties("gatehouse.audit")
record AuditSettings(
        @DefaultValue("90d") Duration keptFor,
        @DefaultValue("1GB") DataSize maxSize,
        @Nullable Path logFile,
        @DefaultValue("100") @Min(1) @Max(10_000) int refusalsPerMinute,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int queue) {

    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Zero is no way to say that events are kept for ever: it would delete them all. Of a number without a unit Spring makes milliseconds. */
    @AssertTrue(message = "gatehouse.audit.kept-for must be 1d to 36500d, with its unit")
    boolean isKeptLongEnough() {
        return keptFor.compareTo(SHORTEST) >= 0 && keptFor.compareTo(LONGEST) <= 0;
    }

    /** Zero is no way to say that there is no limit: it would delete all events. */
    @AssertTrue(message = "gatehouse.audit.max-size must not be less than 100KB")
    boolean isRoomForEvents() {
        return maxSize.compareTo(DataSize.ofKilobytes(100)) >= 0;
    }
}
