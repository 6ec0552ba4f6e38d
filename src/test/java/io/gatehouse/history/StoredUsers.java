package io.gatehouse.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What stands in the tables of a database while nobody changes it, held against itself: the trail of all changes, told once more
 * from the beginning, has to end in exactly the users, roles and versions that there are.
 *
 * @param users each user's roles
 * @param trail every change that succeeded, in the order in which they happened
 * @param faults what does not fit together
 */
record StoredUsers(Map<String, Set<String>> users, List<Line> trail, List<String> faults) {

    private static final String CHANGES = """
            select id, action, interface, user_name, target, role from audit_events
            where result = 'success' and target is not null and action <> 'renew-hash'""";

    private static final Predicate<String> HASH = Pattern.compile(
                    "\\{argon2}\\$argon2id\\$v=19\\$m=\\d+,t=\\d+,p=\\d+\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
            .asMatchPredicate();

    /**
     * A change in the trail.
     *
     * @param text {@code action interface user role}
     */
    record Line(long id, String userName, String text) {

        String action() {
            return text.substring(0, text.indexOf(' '));
        }

        String role() {
            return text.substring(text.lastIndexOf(' ') + 1);
        }
    }

    /** A user as its row or as its trail has it. */
    private record Version(Set<String> roles, long credentialVersion) {}

    static StoredUsers read(Connection connection) throws SQLException {
        List<String> faults = new ArrayList<>();
        Map<String, Version> rows = rows(connection, faults);
        List<Line> trail = lines(connection, CHANGES + " order by id");
        Map<String, Version> told = told(trail, faults);
        Set<String> names = new TreeSet<>(rows.keySet());
        names.addAll(told.keySet());
        for (String name : names) {
            if (!String.valueOf(rows.get(name)).equals(String.valueOf(told.get(name)))) {
                faults.add("%s is %s, but its trail makes it %s".formatted(name, rows.get(name), told.get(name)));
            }
        }
        Map<String, Set<String>> users = new TreeMap<>();
        rows.forEach((name, row) -> users.put(name, row.roles()));
        return new StoredUsers(users, trail, List.copyOf(faults));
    }

    /** Every change of one user that succeeded, in the order in which they happened. */
    static List<Line> trail(Connection connection, String userName) throws SQLException {
        return lines(connection, CHANGES + " and target = ? order by id", userName);
    }

    /** The last change of all; what comes later has a greater id. */
    long lastId() {
        return trail.isEmpty() ? 0 : trail.get(trail.size() - 1).id();
    }

    /** What happened to each user after a change. */
    Map<String, List<String>> since(long id) {
        Map<String, List<String>> since = new HashMap<>();
        trail.stream()
                .filter(line -> line.id() > id)
                .forEach(line -> since.computeIfAbsent(line.userName(), any -> new ArrayList<>())
                        .add(line.text()));
        return since;
    }

    private static Map<String, Version> rows(Connection connection, List<String> faults) throws SQLException {
        Map<Long, String> names = new HashMap<>();
        Map<String, Version> rows = new TreeMap<>();
        try (var statement = connection.createStatement();
                ResultSet users =
                        statement.executeQuery("select id, name, password_hash, credential_version from users")) {
            while (users.next()) {
                String name = users.getString("name");
                names.put(users.getLong("id"), name);
                rows.put(name, new Version(new TreeSet<>(), users.getLong("credential_version")));
                String hash = users.getString("password_hash");
                if (hash == null || !HASH.test(hash)) {
                    faults.add(name + " has no hash of a password");
                }
            }
        }
        try (var statement = connection.createStatement();
                ResultSet roles = statement.executeQuery("select user_id, role_name from user_roles")) {
            while (roles.next()) {
                Version user = rows.get(names.get(roles.getLong("user_id")));
                if (user == null) {
                    faults.add("the role " + roles.getString("role_name") + " is granted to nobody");
                } else {
                    user.roles().add(roles.getString("role_name"));
                }
            }
        }
        return rows;
    }

    private static List<Line> lines(Connection connection, String sql, String... parameters) throws SQLException {
        List<Line> trail = new ArrayList<>();
        try (var statement = connection.prepareStatement(sql)) {
            for (int parameter = 0; parameter < parameters.length; parameter++) {
                statement.setString(parameter + 1, parameters[parameter]);
            }
            try (ResultSet lines = statement.executeQuery()) {
                while (lines.next()) {
                    trail.add(line(lines));
                }
            }
        }
        return trail;
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getLong("id"),
                row.getString("target"),
                String.join(
                        " ",
                        row.getString("action"),
                        row.getString("interface"),
                        orHyphen(row.getString("user_name")),
                        orHyphen(row.getString("role"))));
    }

    /** What the trail tells; each line has to be possible after those before it. */
    private static Map<String, Version> told(List<Line> trail, List<String> faults) {
        Map<String, Version> told = new TreeMap<>();
        for (Line line : trail) {
            Version user = told.get(line.userName());
            boolean possible = switch (line.action()) {
                case "create-user" -> user == null;
                case "grant-role" -> user != null && user.roles().add(line.role());
                case "revoke-role" -> user != null && user.roles().remove(line.role());
                default -> user != null;
            };
            if (!possible) {
                faults.add("the trail says what cannot have been: " + line);
            }
            switch (line.action()) {
                case "create-user" -> told.put(line.userName(), new Version(new TreeSet<>(), 1));
                case "drop-user" -> told.remove(line.userName());
                default ->
                    told.computeIfPresent(
                            line.userName(),
                            (name, known) -> new Version(known.roles(), known.credentialVersion() + 1));
            }
        }
        return told;
    }

    private static String orHyphen(String text) {
        return text == null ? "-" : text;
    }
}
