package io.gatehouse.storage;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * The thread of everything that is done from time to time, most of it in the database. A stop waits for what it is doing and never interrupts it:
 * an interrupt in the middle of a write ends the embedded database for everybody. Spring Boot's own schedulers interrupt.
 */
@Configuration(proxyBeanMethods = false)
class ScheduledWork {

    /** Declared as a scheduler only: Spring Boot would take it for the executor of everything else too. */
    @Bean
    TaskScheduler taskScheduler() {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setThreadNamePrefix("scheduling-");
        scheduler.setWaitForTasksToCompleteOnShutdown(true);
        return scheduler;
    }
}
