package io.gatehouse.audit;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What becomes of the audit trail.
 *
 * @param keptFor how long audit events stay in the database
 * @param logFile a file that gets every audit event as a line of JSON; none by default
 * @param queue how many logins and refusals may wait to be written; one more is lost, counted and said in the log
 */
@Validated
@ConfigurationProperties("gatehouse.audit")
record AuditSettings(
        @DefaultValue("90d") Duration keptFor,
        @Nullable Path logFile,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int queue) {}
