package io.gatehouse.audit;

import io.gatehouse.testing.MemoryDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** The parts of the trail over a database of their own, without an application. */
final class AuditFixture {

    static final Instant TIME = Instant.parse("2020-01-02T03:04:05.123456Z");
    static final AuditQuery ALL = AuditQuery.of(null, null, null, null, null, null, null);

    final DataSource database = MemoryDatabase.migrated();
    final JdbcTemplate jdbc = new JdbcTemplate(database);
    final AuditStore store = new AuditStore(new NamedParameterJdbcTemplate(database));
    final JdbcTransactionManager transactions = new JdbcTransactionManager(database);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    final AuditSize size = new AuditSize(settings(null, 10), registry);

    AuditWriter writer(AuditLog log, int queue) {
        return writer(log, queue, transactions);
    }

    AuditWriter writer(AuditLog log, int queue, PlatformTransactionManager manager) {
        return new AuditWriter(store, size, log, settings(null, queue), manager, registry);
    }

    RepeatedRefusals refusals(AuditWriter writer, int perMinute) {
        return new RepeatedRefusals(
                new AuditClock(),
                writer,
                new AuditSettings(Duration.ofDays(90), DataSize.ofGigabytes(1), null, perMinute, 10),
                registry);
    }

    AuditRetention retention(Duration keptFor, DataSize maxSize) {
        return new AuditRetention(store, size, new AuditSettings(keptFor, maxSize, null, 100, 10), registry);
    }

    AuditRetention retention(AuditStore other, DataSize maxSize) {
        return new AuditRetention(
                other, size, new AuditSettings(Duration.ofDays(36500), maxSize, null, 100, 10), registry);
    }

    /** As another replica on the same database does it, with its own idea of the size. */
    AuditRetention retentionOfAnother(DataSize maxSize) {
        var settings = new AuditSettings(Duration.ofDays(36500), maxSize, null, 100, 10);
        var others = new SimpleMeterRegistry();
        return new AuditRetention(store, new AuditSize(settings, others), settings, others);
    }

    static AuditSettings settings(@Nullable Path file, int queue) {
        return new AuditSettings(Duration.ofDays(90), DataSize.ofGigabytes(1), file, 100, queue);
    }

    static AuditLog log(@Nullable Path file) {
        return logOfServer(settings(file, 10));
    }

    /** The file as a server writes it. */
    static AuditLog logOfServer(AuditSettings settings) {
        return new AuditLog(JsonMapper.builder().build(), settings, Optional.of(new AuditRollover(settings)));
    }

    /** The file as a command writes it. */
    static AuditLog logOfCommand(AuditSettings settings) {
        return new AuditLog(JsonMapper.builder().build(), settings, Optional.empty());
    }

    /** The login of {@code user} so many microseconds after {@link #TIME}. */
    static AuditEvent login(int micros, @Nullable String user, @Nullable String reason) {
        return new AuditEvent(
                TIME.plusNanos(micros * 1000L),
                "login",
                "api",
                user,
                null,
                null,
                "192.0.2.1",
                reason == null ? "success" : "denied",
                reason,
                "0123456789abcdef",
                1);
    }

    /** All that is in the trail, the newest first. */
    List<AuditEvent> written() {
        return store.find(ALL, 10_000).stream().map(AuditStore.Stored::event).toList();
    }

    /** Makes every statement on the trail fail, until {@link #comeBack}. */
    void goAway() {
        jdbc.execute("alter table audit_events rename to away");
    }

    void comeBack() {
        jdbc.execute("alter table away rename to audit_events");
    }
}
