package io.gatehouse.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Everything that stands in a database, whatever its tables are. */
public final class DatabaseContents {

    private static final Set<String> SYSTEM = Set.of("information_schema", "pg_catalog");

    private DatabaseContents() {}

    /** Each row of each table, as one text that begins with the table's name. */
    public static List<String> rows(Connection connection) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : tables(connection)) {
            try (var statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("select * from " + table)) {
                while (result.next()) {
                    var row = new StringBuilder(table);
                    for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                        row.append(' ').append(result.getString(column));
                    }
                    rows.add(row.toString());
                }
            }
        }
        return rows;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet result =
                connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (result.next()) {
                String schema = result.getString("TABLE_SCHEM");
                if (!SYSTEM.contains(schema.toLowerCase(Locale.ROOT))) {
                    tables.add("\"" + schema + "\".\"" + result.getString("TABLE_NAME") + "\"");
                }
            }
        }
        return tables;
    }
}
