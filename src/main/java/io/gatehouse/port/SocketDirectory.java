package io.gatehouse.port;

import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that this process' user alone can enter, for the socket to the servlet container. A lock in it lives as long as the
 * process does, so that the next start can tell what a killed process left behind, and remove it.
 */
final class SocketDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SocketDirectory.class);

    private static final String PREFIX = "gatehouse-";
    private static final String SOCKET = "http";
    private static final String LOCK = "lock";

    /** The operating systems' limit is 104 to 108 bytes with the zero behind it. */
    private static final int LONGEST_PATH = 103;

    /** A process that opens a file which it has locked loses its lock when it closes it (POSIX): these are not looked at. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private SocketDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes a new folder.
     *
     * @param parent where
     * @throws StartRefused when it cannot be made, or the socket's path would be too long
     */
    static SocketDirectory make(Path parent) {
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(parent, PREFIX + "*")) {
            SocketDirectory made = makeIn(parent);
            removeStale(earlier, Files.getOwner(made.path));
            return made;
        } catch (NoSuchFileException e) {
            throw refusal(parent, "it is absent", e);
        } catch (NotDirectoryException e) {
            throw refusal(parent, "it is no folder", e);
        } catch (AccessDeniedException e) {
            throw refusal(parent, "permission denied", e);
        } catch (IOException e) {
            throw refusal(parent, String.valueOf(e.getMessage()), e);
        }
    }

    private static SocketDirectory makeIn(Path parent) throws IOException {
        while (true) {
            // Made for its owner alone (Files.createTempDirectory)
            Path path = Files.createTempDirectory(parent, PREFIX);
            OWN.add(path);
            FileChannel lock =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            lock.lock();
            var made = new SocketDirectory(path, lock);
            // Another start may have had the lock for a moment, and taken the folder for a stale one
            if (Files.exists(path.resolve(LOCK))) {
                made.requireShortPath();
                return made;
            }
            lock.close();
            OWN.remove(path);
        }
    }

    private static StartRefused refusal(Path parent, String reason, IOException cause) {
        return new StartRefused(
                "no folder for a socket can be made in %s: %s".formatted(parent, reason),
                "Set gatehouse.front.socket-directory to a folder that can be written.",
                cause);
    }

    /** The path of the socket. */
    Path socket() {
        return path.resolve(SOCKET);
    }

    @Override
    public void close() {
        try {
            delete(path);
            lock.close();
            OWN.remove(path);
        } catch (IOException e) {
            log.warn("a folder cannot be removed: {}", path, e);
        }
    }

    private void requireShortPath() {
        int length = socket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            close();
            throw new StartRefused(
                    "the path of the socket has %d bytes, but the system allows %d: %s"
                            .formatted(length, LONGEST_PATH, socket()),
                    "Set gatehouse.front.socket-directory to a folder with a shorter path.");
        }
    }

    private static void removeStale(Iterable<Path> folders, UserPrincipal own) {
        for (Path folder : folders) {
            if (!OWN.contains(folder)) {
                removeIfStale(folder, own);
            }
        }
    }

    /**
     * Leaves alone what another user made. Where everybody may write, a link, or a folder that becomes one between two looks, could lead
     * to files of this user.
     */
    private static void removeIfStale(Path folder, UserPrincipal own) {
        Path lockFile = folder.resolve(LOCK);
        try {
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && own.equals(Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS))
                    && Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
                removeUnlessLocked(folder, lockFile);
            }
        } catch (NoSuchFileException e) {
            log.debug("removed by its own process meanwhile: {}", folder);
        } catch (IOException e) {
            log.warn("a killed process left a folder behind that cannot be removed: {}", folder, e);
        }
    }

    private static void removeUnlessLocked(Path folder, Path lockFile) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                delete(folder);
                log.info("removed what a killed process left behind: {}", folder);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(SOCKET));
        Files.deleteIfExists(folder.resolve(LOCK));
        Files.deleteIfExists(folder);
    }
}
