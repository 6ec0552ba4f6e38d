package io.gatehouse.audit;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;

/** The table {@code audit_events}. Takes part in the transaction that runs, if one does. */
@Component
class AuditStore {

    private static final String INSERT = """
            insert into audit_events
                (occurred_at, action, interface, user_name, target, role, address, result, reason, request_id, count, priority)
            values
                (:time, :action, :interface, :user, :target, :role, :address, :result, :reason, :requestId, :count, :priority)
            """;

    /** No two events of a process have one time; of two replicas they differ in the request. */
    private static final String SAME = """
            select id from audit_events where occurred_at = :time and request_id = :requestId
            """;

    private static final String SET_COUNT = """
            update audit_events set count = :count, address = :address where occurred_at = :time and request_id = :requestId
            """;

    /** What a row takes in PostgreSQL beside its texts, with its four indexes. */
    private static final int ROW_IN_POSTGRES = 350;

    /** What a row takes in H2's file, which keeps overwritten pages for a while and others beside them for longer: 1 to 8 KB. */
    private static final int ROW_IN_H2 = 4096;

    /** Names of users stand in an index, too, which is not full. */
    private static final String BYTES = """
            :row + char_length(action) + char_length(interface) + 3 * coalesce(char_length(user_name), 0)
             + 3 * coalesce(char_length(target), 0) + coalesce(char_length(role), 0) + char_length(address)
             + char_length(result) + coalesce(char_length(reason), 0) + char_length(request_id)
            """;

    private static final String OLDEST = "select id, " + BYTES + """
             as bytes from audit_events where priority = :priority order by occurred_at, id limit :most
            """;

    private static final String DELETE = """
            delete from audit_events where id in
                (select id from audit_events where occurred_at < :before order by occurred_at limit :most)
            """;

    private static final Comparator<Stored> NEWEST_FIRST = Comparator.comparing(
                    (Stored stored) -> stored.event().time())
            .thenComparing(Stored::id)
            .reversed();

    private final NamedParameterJdbcTemplate jdbc;
    private volatile int row;

    AuditStore(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An event with its place in the trail.
     *
     * @param id tells events of the same time apart, which two replicas can have
     */
    record Stored(long id, AuditEvent event) {}

    void insert(AuditEvent event) {
        jdbc.update(INSERT, parameters(event));
    }

    /** Writes all or none of them. */
    void insertAll(List<AuditEvent> events) {
        jdbc.batchUpdate(INSERT, events.stream().map(AuditStore::parameters).toArray(MapSqlParameterSource[]::new));
    }

    /** Sets the count of an event, and whose it is; the event is inserted when it is not there. */
    void setCount(AuditEvent event) {
        if (jdbc.update(SET_COUNT, parameters(event)) == 0) {
            insert(event);
        }
    }

    /** Whether an event that this process made was written. */
    boolean contains(AuditEvent event) {
        return !jdbc.queryForList(SAME, parameters(event), Long.class).isEmpty();
    }

    /**
     * Finds events, the newest first.
     *
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    List<Stored> find(AuditQuery query, int most) {
        return query.parts().stream()
                .flatMap(part -> findPart(part, most).stream())
                .sorted(NEWEST_FIRST)
                .limit(most)
                .toList();
    }

    private List<Stored> findPart(AuditQuery query, int most) {
        List<String> conditions = new ArrayList<>();
        var parameters = new MapSqlParameterSource("most", most);
        Map<String, @Nullable String> equal = query.equal();
        equal.forEach((column, value) -> {
            if (value != null) {
                conditions.add(column + " = :" + column);
                parameters.addValue(column, value);
            }
        });
        if (query.from() != null) {
            conditions.add("occurred_at >= :from");
            parameters.addValue("from", utc(query.from()));
        }
        if (query.to() != null) {
            conditions.add("occurred_at < :to");
            parameters.addValue("to", utc(query.to()));
        }
        AuditCursor after = query.after();
        if (after != null) {
            conditions.add("(occurred_at < :after or (occurred_at = :after and id < :afterId))");
            parameters.addValue("after", utc(after.time())).addValue("afterId", after.id());
        }
        String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        // H2 reads an index backwards only in the order of all its columns, those that have one value included
        String first = query.indexed().stream().map(column -> column + " desc, ").collect(Collectors.joining());
        try {
            return jdbc.query(
                    "select * from audit_events" + where + " order by " + first + "occurred_at desc, id desc limit :most",
                    parameters,
                    (row, number) -> stored(row));
        } catch (DataAccessException e) {
            throw ProblemException.storageUnavailable(e);
        }
    }

    /** Deletes at most so many of the events before a time, the oldest first; returns how many. */
    int deleteBefore(Instant time, int most) {
        return jdbc.update(DELETE, new MapSqlParameterSource("before", utc(time)).addValue("most", most));
    }

    /** How many bytes all events take, about. */
    long measure() {
        Long bytes = jdbc.queryForObject(
                "select coalesce(sum(" + BYTES + "), 0) from audit_events",
                new MapSqlParameterSource("row", row()),
                Long.class);
        return Objects.requireNonNull(bytes);
    }

    /** How many bytes events take, about; as {@link #measure} says. */
    long bytes(List<AuditEvent> events) {
        int row = row();
        return events.stream().mapToLong(event -> row + texts(event)).sum();
    }

    /**
     * Events to be deleted.
     *
     * @param bytes how many bytes they take, about
     */
    record Oldest(List<Long> ids, long bytes) {}

    /** Finds the oldest events of a priority: as many as take so many bytes, and at most so many. */
    Oldest oldest(AuditPriority priority, long bytes, int most) {
        List<Long> ids = new ArrayList<>();
        var found = new AtomicLong();
        jdbc.query(
                OLDEST,
                new MapSqlParameterSource("row", row())
                        .addValue("priority", priority.stored())
                        .addValue("most", most),
                (ResultSet row) -> {
                    if (found.get() < bytes) {
                        found.addAndGet(row.getLong("bytes"));
                        ids.add(row.getLong("id"));
                    }
                });
        return new Oldest(ids, found.get());
    }

    /** Deletes events; returns how many were still there. */
    int delete(List<Long> ids) {
        return jdbc.update("delete from audit_events where id in (:ids)", new MapSqlParameterSource("ids", ids));
    }

    /** Asked for once, and not at the start, where the database may still be away. */
    private int row() {
        int known = row;
        if (known == 0) {
            String product = jdbc.getJdbcOperations().execute((ConnectionCallback<String>)
                    connection -> connection.getMetaData().getDatabaseProductName());
            known = "H2".equals(product) ? ROW_IN_H2 : ROW_IN_POSTGRES;
            row = known;
        }
        return known;
    }

    private static int texts(AuditEvent event) {
        return length(event.action())
                + length(event.face())
                + 3 * length(event.user())
                + 3 * length(event.target())
                + length(event.role())
                + length(event.address())
                + length(event.result())
                + length(event.reason())
                + length(event.requestId());
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getLong("id"),
                new AuditEvent(
                        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                        row.getString("action"),
                        row.getString("interface"),
                        row.getString("user_name"),
                        row.getString("target"),
                        row.getString("role"),
                        row.getString("address"),
                        row.getString("result"),
                        row.getString("reason"),
                        row.getString("request_id"),
                        row.getLong("count")));
    }

    private static MapSqlParameterSource parameters(AuditEvent event) {
        return new MapSqlParameterSource("time", utc(event.time()))
                .addValue("action", event.action())
                .addValue("interface", event.face())
                .addValue("user", event.user())
                .addValue("target", event.target())
                .addValue("role", event.role())
                .addValue("address", event.address())
                .addValue("result", event.result())
                .addValue("reason", event.reason())
                .addValue("requestId", event.requestId())
                .addValue("count", event.count())
                .addValue("priority", AuditPriority.of(event).stored());
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
