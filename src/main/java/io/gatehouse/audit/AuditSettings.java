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
 * @param keptFor how long audit events and rolled log files are kept: 1d to 36500d
 * @param maxSize most room for the trail in the database, and for rolled log files; at least 100KB. Old events are deleted
 * @param logFile file that gets each audit event as a line of JSON
 * @param refusalsPerMinute different refusals a minute of one user or network (IPv6: /64) that get their own event; the rest share one
 * @param queue most logins and refusals that wait to be written; further ones are lost and counted
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
