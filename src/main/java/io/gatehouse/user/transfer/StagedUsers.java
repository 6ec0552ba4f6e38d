package io.gatehouse.user.transfer;

import io.gatehouse.password.PasswordHash;
import io.gatehouse.user.TransferStore;
import io.gatehouse.user.UserRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The users of an import, in a temporary table of its connection. They take no memory there, lock nobody, and come back in the order of
 * their names. Only inside of {@link TransferStore#allOrNothing}.
 */
@Component
class StagedUsers {

    /** As PostgreSQL and H2 both read it, but for one word; the column of the names keeps its order. */
    private static final String CREATE = """
            create %s local temporary table if not exists staged_users as
            select name, password_hash, cast('' as varchar) as roles, created_at, updated_at, cast('' as varchar) as decision
            from users with no data
            """;

    private static final String INDEX = """
            create unique index if not exists staged_users_name on staged_users (name)
            """;

    private static final String INSERT = """
            insert into staged_users (name, password_hash, roles, created_at, updated_at, decision)
            values (:name, :hash, :roles, :createdAt, :updatedAt, :decision)
            """;

    private static final String NEXT = """
            select name, password_hash, roles, created_at, updated_at from staged_users
            where decision = :decision and name > :after order by name limit :most
            """;

    private static final String BETWEEN_ROLES = ",";

    private final NamedParameterJdbcTemplate jdbc;

    StagedUsers(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What becomes of an entry. */
    enum Decision {
        CREATED,
        REPLACED,
        KEPT,
        UNCHANGED
    }

    /**
     * A user of the import.
     *
     * @param decision what is to become of it
     */
    record Staged(UserRecord user, Decision decision) {}

    /** Begins an import; before anything else in its transaction, which H2 would commit here. */
    void begin() {
        jdbc.getJdbcOperations().execute(CREATE.formatted(isH2() ? "cached" : ""));
        jdbc.getJdbcOperations().execute(INDEX);
        end();
    }

    /** Which of these names were added already. */
    Set<String> among(Collection<String> names) {
        return new HashSet<>(jdbc.queryForList(
                "select name from staged_users where name in (:names)",
                new MapSqlParameterSource("names", names),
                String.class));
    }

    /** Adds users, no name twice. */
    void add(List<Staged> users) {
        jdbc.batchUpdate(INSERT, users.stream().map(StagedUsers::parameters).toArray(MapSqlParameterSource[]::new));
    }

    /** The next users of whom that is to become, by name. */
    List<UserRecord> after(Decision decision, String name, int most) {
        return jdbc.query(
                NEXT,
                new MapSqlParameterSource("after", name)
                        .addValue("decision", decision.name())
                        .addValue("most", most),
                (row, number) -> user(row));
    }

    /** Forgets all of them: the connection lives on. */
    void end() {
        jdbc.getJdbcOperations().update("delete from staged_users");
    }

    /** Without that word H2 keeps the index of a temporary table in memory, and PostgreSQL does not know it. */
    private boolean isH2() {
        return Boolean.TRUE.equals(jdbc.getJdbcOperations().execute((ConnectionCallback<Boolean>)
                connection -> "H2".equals(connection.getMetaData().getDatabaseProductName())));
    }

    private static MapSqlParameterSource parameters(Staged staged) {
        UserRecord user = staged.user();
        return new MapSqlParameterSource("name", user.userName())
                .addValue("hash", user.passwordHash().encoded())
                .addValue("roles", String.join(BETWEEN_ROLES, user.roles()))
                .addValue("createdAt", utc(user.createdAt()))
                .addValue("updatedAt", utc(user.updatedAt()))
                .addValue("decision", staged.decision().name());
    }

    private static UserRecord user(ResultSet row) throws SQLException {
        String roles = row.getString("roles");
        return new UserRecord(
                row.getString("name"),
                roles.isEmpty() ? List.of() : List.of(roles.split(BETWEEN_ROLES)),
                new PasswordHash(row.getString("password_hash")),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
