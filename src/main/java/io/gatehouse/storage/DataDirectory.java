package io.gatehouse.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder that holds the embedded database.
 *
 * @param path absolute
 */
record DataDirectory(Path path) {

    private static final String REMEDY = "Correct gatehouse.data-directory.";
    private static final String CHECK = "Check the space and the permissions of gatehouse.data-directory.";

    private static final String DATABASE = "gatehouse";
    private static final String FILE = DATABASE + ".mv.db";

    /** A new database takes less than a tenth of it. */
    private static final int ROOM = 1024 * 1024;

    /**
     * Makes the folder when it is absent, for this process' user alone: it will hold password hashes.
     *
     * @throws StorageException when it cannot be made or used
     */
    static DataDirectory prepare(Path configured) {
        if (configured.toString().isBlank()) {
            throw new StorageException("gatehouse.data-directory is empty", REMEDY);
        }
        Path path = configured.toAbsolutePath().normalize();
        // H2 ends its URL's file name at the first semicolon
        if (path.toString().contains(";")) {
            throw new StorageException("the data directory " + path + " must not have a semicolon in its name", REMEDY);
        }
        try {
            if (!Files.isDirectory(path)) {
                PrivateFiles.createFolders(path);
            }
        } catch (IOException e) {
            throw new StorageException("the data directory " + path + " cannot be made: " + reason(e), REMEDY, e);
        }
        try {
            write(path.resolve("room.tmp"));
            PrivateFiles.prepare(path.resolve(FILE));
            PrivateFiles.closeAll(path, DATABASE + ".");
        } catch (IOException e) {
            throw new StorageException("the data directory " + path + " cannot be written: " + reason(e), CHECK, e);
        }
        return new DataDirectory(path).requireWritableDatabase();
    }

    /**
     * Refuses a folder without a database, and makes none.
     *
     * @throws StorageException when there is no database
     */
    static void requireDatabase(Path configured) {
        Path path = configured.toAbsolutePath().normalize();
        if (!Files.exists(path.resolve(FILE))) {
            throw new StorageException("there is no database in the data directory " + path, REMEDY);
        }
    }

    /** H2's name for the database. */
    Path database() {
        return path.resolve(DATABASE);
    }

    /** H2 would open a file that it may only read, and refuse the first change. */
    private DataDirectory requireWritableDatabase() {
        Path file = path.resolve(FILE);
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new StorageException("the database file " + file + " cannot be written: permission denied", CHECK);
        }
        return this;
    }

    /**
     * Fills a file and removes it. Asking for permissions and free space tells less (quotas, read-only file systems), and what H2
     * cannot write is half a database.
     */
    private static void write(Path probe) throws IOException {
        try (var channel = FileChannel.open(
                probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer zeros = ByteBuffer.allocate(ROOM);
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
            channel.force(false);
        }
    }

    /** The message of these exceptions is often no more than the path. */
    private static String reason(IOException failure) {
        if (failure instanceof FileAlreadyExistsException) {
            return "a file has this name";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return failure instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : String.valueOf(failure.getMessage());
    }
}
