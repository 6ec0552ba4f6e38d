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
import java.util.function.Consumer;
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
                (occurred_at, action, interface, user_name, target, role, address, result, reason, request_id, count, priority,
                 position)
            values
                (:time, :action, :interface, :user, :target, :role, :address, :result, :reason, :requestId, :count, :priority,
                 :position)
            """;

    /** What has no position yet; events of before there were positions have -1. */
    private static final int NOT_YET = 0;

    /** Not so many that the lock is held for long. */
    private static final int MOST_NUMBERED = 1000;

    private static final String NOT_NUMBERED = "select id from audit_events where position = 0 limit :most";

    private static final String NUMBER = "update audit_events set position = :position where id = :id and position = 0";

    private static final String LAST_POSITION = "select last from audit_position";

    /** Events of one time differ in the request. */
    private static final String SAME = """
            select id from audit_events where occurred_at = :time and request_id = :requestId
            """;

    private static final String SET_COUNT = """
            update audit_events set count = :count, address = :address where occurred_at = :time and request_id = :requestId
            """;

    /** What a row takes in PostgreSQL beside its texts, with its eight indexes. */
    private static final int ROW_IN_POSTGRES = 450;

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

    /** No two events of a request have one time. */
    private static final String OF_REQUEST = """
            select * from audit_events where occurred_at > :before and occurred_at <= :last and request_id = :requestId
            order by occurred_at, id limit :most
            """;

    private static final int PAGE = 500;

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
     * @param position the place in the order of {@link #findSince}; less than 1 without
     */
    record Stored(long id, long position, AuditEvent event) {}

    /** Writes an event that {@link #insertAndNumber} gives a position later. */
    void insert(AuditEvent event) {
        jdbc.update(INSERT, parameters(event));
    }

    /** Writes all or none of them; {@link #insertAndNumber} gives them positions later. */
    void insertAll(List<AuditEvent> events) {
        jdbc.batchUpdate(INSERT, events.stream().map(AuditStore::parameters).toArray(MapSqlParameterSource[]::new));
    }

    /**
     * Writes all or none of some events, and gives positions to them and to those of other transactions that have none. Needs a
     * transaction, and waits for no other: while another process gives positions, that is left to it and to the next time.
     *
     * <p>Positions grow from 1, under a lock that is held until they are committed. So whoever sees a position sees all smaller
     * ones, and what is written later, or was written before and is committed later, gets a greater one.
     *
     * @return whether there may be more without a position
     */
    boolean insertAndNumber(List<AuditEvent> events) {
        List<Long> others =
                jdbc.queryForList(NOT_NUMBERED, new MapSqlParameterSource("most", MOST_NUMBERED), Long.class);
        if (others.isEmpty() && events.isEmpty()) {
            return false;
        }
        List<Long> locked = jdbc.queryForList(LAST_POSITION + " for update skip locked", Map.of(), Long.class);
        if (locked.isEmpty()) {
            insertAll(events);
            return true;
        }
        long last = locked.get(0);
        List<MapSqlParameterSource> numbers = new ArrayList<>();
        for (long id : others.stream().sorted().toList()) {
            numbers.add(new MapSqlParameterSource("id", id).addValue("position", ++last));
        }
        jdbc.batchUpdate(NUMBER, numbers.toArray(MapSqlParameterSource[]::new));
        List<MapSqlParameterSource> rows = new ArrayList<>();
        for (AuditEvent event : events) {
            rows.add(parameters(event).addValue("position", ++last));
        }
        jdbc.batchUpdate(INSERT, rows.toArray(MapSqlParameterSource[]::new));
        jdbc.update("update audit_position set last = :last", new MapSqlParameterSource("last", last));
        return others.size() == MOST_NUMBERED;
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
        AuditCursor after = query.after();
        if (after != null) {
            conditions.add("(occurred_at < :after or (occurred_at = :after and id < :afterId))");
            parameters.addValue("after", utc(after.time())).addValue("afterId", after.id());
        }
        filter(query, conditions, parameters);
        // H2 reads an index backwards only in the order of all its columns, those that have one value included
        String first =
                query.indexed().stream().map(column -> column + " desc, ").collect(Collectors.joining());
        return select(conditions, first + "occurred_at desc, id desc", parameters);
    }

    /**
     * The position up to which there is nothing more to come.
     *
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    long lastPosition() {
        try {
            return Objects.requireNonNull(jdbc.queryForObject(LAST_POSITION, Map.of(), Long.class));
        } catch (DataAccessException e) {
            throw ProblemException.storageUnavailable(e);
        }
    }

    /**
     * Finds events by their positions, the smallest first.
     *
     * @param since the position before the first
     * @param last the greatest position, which was a {@link #lastPosition}
     * @throws ProblemException {@link Problem#STORAGE_UNAVAILABLE}
     */
    List<Stored> findSince(AuditQuery query, long since, long last, int most) {
        List<String> conditions = new ArrayList<>(List.of("position > :since", "position <= :last"));
        var parameters =
                new MapSqlParameterSource("most", most).addValue("since", since).addValue("last", last);
        filter(query, conditions, parameters);
        return select(conditions, "position", parameters);
    }

    private static void filter(AuditQuery query, List<String> conditions, MapSqlParameterSource parameters) {
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
    }

    private List<Stored> select(List<String> conditions, String order, MapSqlParameterSource parameters) {
        String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        try {
            return jdbc.query(
                    "select * from audit_events" + where + " order by " + order + " limit :most",
                    parameters,
                    (row, number) -> stored(row));
        } catch (DataAccessException e) {
            throw ProblemException.storageUnavailable(e);
        }
    }

    /** Hands out the events of one request between two of them, both included, the oldest first. Reads a page at a time. */
    void forEach(AuditEvent first, AuditEvent last, Consumer<AuditEvent> receiver) {
        var parameters = new MapSqlParameterSource("requestId", first.requestId())
                .addValue("last", utc(last.time()))
                .addValue("most", PAGE);
        Instant before = first.time().minusNanos(1000);
        List<Stored> page;
        do {
            parameters.addValue("before", utc(before));
            page = jdbc.query(OF_REQUEST, parameters, (row, number) -> stored(row));
            for (Stored found : page) {
                receiver.accept(found.event());
                before = found.event().time();
            }
        } while (page.size() == PAGE);
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
                row.getLong("position"),
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
                .addValue("priority", AuditPriority.of(event).stored())
                .addValue("position", NOT_YET);
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
