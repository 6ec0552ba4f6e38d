package io.gatehouse.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that holds the embedded database.
 *
 * @param path absolute
 */
record DataDirectory(Path path) {

    private static final String REMEDY = "Correct gatehouse.data-directory.";

    /**
     * Makes the folder when it is absent, for this process' user alone: it will hold password hashes.
     *
     * @throws StorageException when it cannot be made or used
     */
    static DataDirectory prepare(Path configured) {
        Path path = configured.toAbsolutePath().normalize();
        // H2 ends its URL's file name at the first semicolon
        if (path.toString().contains(";")) {
            throw new StorageException("the data directory " + path + " must not have a semicolon in its name", REMEDY);
        }
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path, ownerOnly(path));
            }
        } catch (IOException e) {
            throw new StorageException("the data directory " + path + " cannot be made: " + reason(e), REMEDY, e);
        }
        if (!Files.isWritable(path)) {
            throw new StorageException("the data directory " + path + " cannot be written", REMEDY);
        }
        return new DataDirectory(path);
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

    private static FileAttribute<?>[] ownerOnly(Path path) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }
}
