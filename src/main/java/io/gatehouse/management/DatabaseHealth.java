package io.gatehouse.management;

import com.github.benmanes.caffeine.cache.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the database answers. The answer is kept for a second: everybody may ask, and nobody can make Gatehouse ask its
 * database more often than that.
 */
class DatabaseHealth implements HealthIndicator {

    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int ANSWER_SECONDS = 1;

    private final DataSource database;
    private final Ticker ticker;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private @Nullable Answer last;

    private record Answer(boolean up, long nanoTime) {}

    DatabaseHealth(DataSource database, Ticker ticker) {
        this.database = database;
        this.ticker = ticker;
    }

    @Override
    public Health health() {
        return isUp() ? Health.up().build() : Health.down().build();
    }

    private boolean isUp() {
        oneAtATime.lock();
        try {
            Answer answer = last;
            if (answer == null || ticker.read() - answer.nanoTime() > KEPT_NANOS) {
                boolean up = answers();
                answer = new Answer(up, ticker.read());
                last = answer;
            }
            return answer.up();
        } finally {
            oneAtATime.unlock();
        }
    }

    private boolean answers() {
        try (Connection connection = database.getConnection()) {
            return connection.isValid(ANSWER_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }
}
