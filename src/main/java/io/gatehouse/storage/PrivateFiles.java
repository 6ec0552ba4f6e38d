package io.gatehouse.storage;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that their owner alone may read and write, whatever the umask and the folder: they hold password hashes, or who did what. A file
 * system without POSIX permissions is left to its own rules.
 */
public final class PrivateFiles {

    private static final Logger log = LoggerFactory.getLogger(PrivateFiles.class);

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /**
     * Makes a file and opens it for writing.
     *
     * @throws FileAlreadyExistsException when there is one, or a link, of this name
     */
    public static SeekableByteChannel create(Path file) throws IOException {
        return Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode(file, FILE));
    }

    /** Makes an empty file for whoever will write to it. From one that is there, takes all that others may do with it. */
    public static void prepare(Path file) throws IOException {
        try {
            create(file).close();
        } catch (FileAlreadyExistsException e) {
            close(file);
        }
    }

    /** Takes what others may do with the files of a folder whose names begin so, such as those of an earlier Gatehouse. */
    public static void closeAll(Path folder, String prefix) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                folder, file -> String.valueOf(file.getFileName()).startsWith(prefix))) {
            files.forEach(PrivateFiles::close);
        } catch (IOException | DirectoryIteratorException e) {
            log.warn("others may be able to read {}, where {}* cannot be looked at", folder, prefix, e);
        }
    }

    /** Where it fails, as with another user's file, and for what a link leads to, the log asks the operator to do it. */
    private static void close(Path file) {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.isRegularFile(file)) {
            return;
        }
        try {
            Set<PosixFilePermission> own = view.readAttributes().permissions();
            if (own.retainAll(FILE)) {
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setPermissions(own);
                log.info("others may no longer read or write {}", file);
            }
        } catch (NoSuchFileException e) {
            log.debug("removed meanwhile: {}", file);
        } catch (IOException e) {
            log.warn("others may read or write {}, close it to them: chmod 600 {}", file, file);
        }
    }

    /** Makes a folder and those above it that are absent. */
    static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, mode(folder, FOLDER));
    }

    private static FileAttribute<?>[] mode(Path file, Set<PosixFilePermission> permissions) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
