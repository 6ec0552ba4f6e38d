package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The size of H2's file after much was written and deleted, and what a process had acknowledged that is killed while it compacts. */
class FileCompactionTests {

    private static final int MB = 1024 * 1024;
    private static final int ROWS_LEFT = 100;

    @TempDir
    private Path folder;

    @Test
    void stepsWhenMostOfTheFileIsUnusedThenGiveItBackAndNothingIsLost() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(url(folder), "sa", "")) {
            var database = new SingleConnectionDataSource(connection, true);
            writeAndDelete(new JdbcTemplate(database), 600, id -> {});
            long before = Files.size(file());
            assertThat(before).isGreaterThan(32L * MB);
            var compaction = new FileCompaction(database, new FailedWrites(), new StorageSettings(folder));

            for (int i = 0; i < 50; i++) {
                compaction.step();
            }

            assertThat(Files.size(file())).isLessThan(before / 2).isLessThan(17L * MB);
            assertThat(rows(database)).hasSize(ROWS_LEFT);
        }
        try (Connection connection = DriverManager.getConnection(url(folder), "sa", "")) {
            assertThat(rows(new SingleConnectionDataSource(connection, true))).hasSize(ROWS_LEFT);
        }
    }

    @Test
    void stepsWhenTheDatabaseCannotWriteThenWait() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(url(folder), "sa", "")) {
            var database = new SingleConnectionDataSource(connection, true);
            writeAndDelete(new JdbcTemplate(database), 600, id -> {});
            long before = Files.size(file());
            var failed = new FailedWrites();
            failed.note(new org.h2.jdbc.JdbcSQLNonTransientException(
                    "full", "", "90028", 90028, new IOException("no space left"), ""));

            new FileCompaction(database, failed, new StorageSettings(folder)).destroy();

            assertThat(Files.size(file())).isEqualTo(before);
        }
    }

    /** Each round goes on with the file that the killed process left. */
    @Test
    void compactionWhenTheProcessIsKilledThenEveryAcknowledgedRowIsThere() throws IOException, SQLException {
        var random = new Random(20261130);
        int steps = 0;
        for (int round = 0; round < 5; round++) {
            Path output = folder.resolve("output-" + round);
            Process writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            folder.toString())
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int killedAfter = 150 + random.nextInt(300);
            Await.until(
                    "rows are written", () -> !writer.isAlive() || lines(output).size() > killedAfter);
            writer.destroyForcibly().onExit().join();
            int acknowledged = -1;
            for (String line : lines(output)) {
                if (line.equals("compacted")) {
                    steps++;
                } else if (line.matches("[0-9]+")) {
                    acknowledged = Integer.parseInt(line);
                }
            }
            assertThat(acknowledged).isNotNegative();

            try (Connection connection = DriverManager.getConnection(url(folder), "sa", "")) {
                List<Integer> rows = rows(new SingleConnectionDataSource(connection, true));
                for (int id = Math.max(0, acknowledged - ROWS_LEFT + 2); id <= acknowledged; id++) {
                    assertThat(rows).contains(id);
                }
            }
        }
        assertThat(steps).isPositive();
    }

    /** Writes rows and deletes old ones, and compacts all the time in another thread. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws SQLException {
            Path folder = Path.of(arguments[0]);
            String url = url(folder);
            try (Connection compacting = DriverManager.getConnection(url, "sa", "");
                    Connection writing = DriverManager.getConnection(url, "sa", "")) {
                Path file = folder.resolve("gatehouse.mv.db");
                var compaction =
                        new FileCompaction(
                                new SingleConnectionDataSource(compacting, true),
                                new FailedWrites(),
                                new StorageSettings(folder)) {

                            @Override
                            long leastBytes() {
                                return MB;
                            }
                        };
                var thread = new Thread(() -> {
                    while (true) {
                        long before = size(file);
                        compaction.step();
                        if (size(file) < before) {
                            System.out.println("compacted");
                        }
                    }
                });
                thread.setDaemon(true);
                thread.start();
                writeAndDelete(
                        new JdbcTemplate(new SingleConnectionDataSource(writing, true)),
                        Integer.MAX_VALUE,
                        System.out::println);
            }
        }

        private static long size(Path file) {
            try {
                return Files.size(file);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void writeAndDelete(JdbcTemplate jdbc, int rows, IntConsumer written) {
        jdbc.execute("create table if not exists t (id int primary key, content varchar not null)");
        Integer last = jdbc.queryForObject("select coalesce(max(id), -1) from t", Integer.class);
        int first = last == null ? 0 : last + 1;
        for (int id = first; id - first < rows; id++) {
            jdbc.update("insert into t (id, content) values (?, ?)", id, content(id));
            written.accept(id);
            jdbc.update("delete from t where id <= ?", id - ROWS_LEFT);
        }
    }

    /** What cannot be made smaller, and is the same each time. */
    private static String content(int id) {
        var random = new Random(id);
        var text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static List<Integer> rows(DataSource database) {
        List<Integer> ids = new ArrayList<>();
        new JdbcTemplate(database).query("select id, content from t order by id", row -> {
            assertThat(row.getString("content")).isEqualTo(content(row.getInt("id")));
            ids.add(row.getInt("id"));
        });
        return ids;
    }

    /** But the last one when it is not whole. */
    private static List<String> lines(Path output) {
        try {
            String text = Files.readString(output);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return folder.resolve("gatehouse.mv.db");
    }

    private static String url(Path folder) {
        return new EmbeddedDatabase(
                        new StorageSettings(folder),
                        new StaticListableBeanFactory().getBeanProvider(ExistingDatabaseOnly.class))
                .getJdbcUrl();
    }
}
