package io.gatehouse.user;

import io.gatehouse.problem.ProblemException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What the metrics tell about the users in the database, looked up beside the requests every 15 seconds: a scrape never asks
 * the database. While that does not answer, the last figures stand.
 */
@Component
class UserFigures implements MeterBinder {

    private static final int REFRESH_SECONDS = 15;

    private static final Logger log = LoggerFactory.getLogger(UserFigures.class);

    private final UserStore store;
    private final RootPassword rootPassword;
    private volatile double users = Double.NaN;

    UserFigures(UserStore store, RootPassword rootPassword) {
        this.store = store;
        this.rootPassword = rootPassword;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("gatehouse.users", this, self -> self.users)
                .description("How many users there are, root included, as counted every %d seconds"
                        .formatted(REFRESH_SECONDS))
                .register(registry);
    }

    @Scheduled(fixedDelay = REFRESH_SECONDS, timeUnit = TimeUnit.SECONDS)
    void refresh() {
        try {
            users = store.count();
            store.credential(UserRules.ROOT).ifPresent(rootPassword::isDefault);
        } catch (ProblemException e) {
            log.debug("users not counted: {}", e.getMessage());
        }
    }
}
