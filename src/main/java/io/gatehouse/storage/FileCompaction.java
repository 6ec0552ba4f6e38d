package io.gatehouse.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Conditional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps H2's file at no more than about twice what is in it. H2 would do so in its own background thread, which it does not have when each
 * commit is written at once ({@code WRITE_DELAY=0}). A step is what that thread does: it moves the last chunks of the file into room that is
 * free before them, or writes what lives in chunks that are mostly dead once more. Other commits wait for a step.
 */
@Component
@Conditional(EmbeddedDatabase.NoUrl.class)
class FileCompaction implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(FileCompaction.class);

    private static final long LEAST_BYTES = 16L * 1024 * 1024;

    private static final int PERCENT_IN_USE = 50;
    private static final int PERCENT = 100;
    private static final long BYTES_OF_A_STEP = 16L * 1024 * 1024;
    private static final int MILLIS_OF_A_STEP = 200;
    private static final Duration LONGEST_AT_THE_END = Duration.ofSeconds(5);

    private final DataSource database;
    private final FailedWrites failedWrites;
    private final Path folder;

    FileCompaction(DataSource database, FailedWrites failedWrites, StorageSettings settings) {
        this.database = database;
        this.failedWrites = failedWrites;
        this.folder = settings.dataDirectory();
    }

    /** Looks whether the file has much unused room, which costs nothing as long as it has not. */
    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void step() {
        compactUntil(System.nanoTime());
    }

    /** At a stop, and at the end of a command, such as an import. */
    @Override
    public void destroy() {
        compactUntil(System.nanoTime() + LONGEST_AT_THE_END.toNanos());
    }

    private void compactUntil(long end) {
        // A write that fails makes H2 give up its database
        if (failedWrites.reason().isPresent()) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            MVStore store = store(connection);
            long before = store.getFileStore().size();
            boolean done = false;
            while (isWasteful(store.getFileStore()) && hasRoom()) {
                compact(store);
                done = true;
                if (System.nanoTime() - end >= 0) {
                    break;
                }
            }
            if (done) {
                log.debug(
                        "file compacted: from={} to={}",
                        before,
                        store.getFileStore().size());
            }
        } catch (SQLException | IOException | MVStoreException e) {
            log.warn("the database file keeps its unused room until the next try", e);
        }
    }

    private static MVStore store(Connection connection) throws SQLException {
        return ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession())
                .getDatabase()
                .getStore()
                .getMvStore();
    }

    /** A smaller file is left as it is. */
    long leastBytes() {
        return LEAST_BYTES;
    }

    private boolean isWasteful(FileStore<?> file) {
        return file.size() > leastBytes() && file.getFillRate() * file.getChunksFillRate() < PERCENT_IN_USE * PERCENT;
    }

    /** What is moved can be written behind the end of the file first. */
    private boolean hasRoom() throws IOException {
        return Files.getFileStore(folder).getUsableSpace() > 4 * BYTES_OF_A_STEP;
    }

    private static void compact(MVStore store) {
        FileStore<?> file = store.getFileStore();
        if (file.getChunksFillRate() < file.getFillRate()) {
            int retention = store.getRetentionTime();
            try {
                // Writes what it replaces to the disk, and keeps no old chunk from then on, unless it is told to
                store.compactFile(MILLIS_OF_A_STEP);
            } finally {
                store.setRetentionTime(retention);
            }
        } else if (file instanceof RandomAccessStore chunks) {
            chunks.compactMoveChunks(PERCENT, BYTES_OF_A_STEP, store);
        }
    }
}
