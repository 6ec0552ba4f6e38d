package io.gatehouse.audit;

import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** A thread of its own for what takes long when the trail is large: the application's one scheduler also reloads certificates. */
@Configuration(proxyBeanMethods = false)
class AuditScheduler {

    static final String NAME = "auditRetentionScheduler";

    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    /** Nobody gets it but who names it, so that the application's own stays what the others get. */
    @Bean(name = NAME, autowireCandidate = false)
    ThreadPoolTaskScheduler scheduler() {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setThreadNamePrefix("audit-retention-");
        scheduler.setDaemon(true);
        // Not interrupted: within its files H2 would close the database
        scheduler.setWaitForTasksToCompleteOnShutdown(true);
        scheduler.setAwaitTerminationMillis(LONGEST_STOP.toMillis());
        return scheduler;
    }
}
