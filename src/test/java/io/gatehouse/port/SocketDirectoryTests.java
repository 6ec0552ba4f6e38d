package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketDirectoryTests {

    @TempDir
    private Path parent = Path.of("");

    @Test
    void makeWhenCalledThenTheFolderIsItsOwnersAloneUntilItIsClosed() throws Exception {
        SocketDirectory directory = SocketDirectory.make(parent);
        Path folder = directory.socket().getParent();
        Files.createFile(directory.socket());

        assertThat(folder).isDirectory().hasParent(parent);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        directory.close();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void makeWhenAnotherProcessWasKilledThenWhatItLeftIsRemoved() throws Exception {
        Path left = Files.createDirectory(parent.resolve("gatehouse-123"));
        Files.createFile(left.resolve("lock"));
        Files.createFile(left.resolve("http"));

        try (SocketDirectory directory = SocketDirectory.make(parent)) {
            assertThat(left).doesNotExist();
            assertThat(directory.socket().getParent()).exists();
        }
    }

    @Test
    void makeWhenOthersAreInUseOrNotOursThenTheyStay() throws Exception {
        Path foreign = Files.createDirectory(parent.resolve("gatehouse-packaged-123"));
        Path file = Files.createFile(parent.resolve("gatehouse-file"));

        try (SocketDirectory first = SocketDirectory.make(parent);
                SocketDirectory second = SocketDirectory.make(parent)) {
            assertThat(first.socket().getParent())
                    .exists()
                    .isNotEqualTo(second.socket().getParent());
            assertThat(foreign).exists();
            assertThat(file).exists();
        }
    }

    @Test
    void makeWhenALinkLeadsToAFolderThenNothingBehindItIsRemoved(@TempDir Path elsewhere) throws Exception {
        Path behindFolder = left(elsewhere.resolve("one"));
        Files.createSymbolicLink(parent.resolve("gatehouse-1"), behindFolder);
        Path behindLock = left(elsewhere.resolve("two")).resolve("lock");
        Path folder = left(parent.resolve("gatehouse-2"));
        Files.delete(folder.resolve("lock"));
        Files.createSymbolicLink(folder.resolve("lock"), behindLock);

        SocketDirectory.make(parent).close();

        assertThat(behindFolder.resolve("lock")).exists();
        assertThat(behindFolder.resolve("http")).exists();
        assertThat(behindLock).exists();
        assertThat(folder.resolve("http")).exists();
    }

    /** Only root can give a folder to another user, and only root could remove it. */
    @Test
    void makeWhenAnotherUserLeftAFolderThenItStays() throws Exception {
        Path folder = left(parent.resolve("gatehouse-1"));
        boolean given = give(folder);

        SocketDirectory.make(parent).close();

        assertThat(Files.exists(folder.resolve("lock"))).isEqualTo(given);
    }

    private static Path left(Path folder) throws IOException {
        Files.createDirectory(folder);
        Files.createFile(folder.resolve("lock"));
        Files.createFile(folder.resolve("http"));
        return folder;
    }

    private static boolean give(Path folder) throws IOException {
        try {
            Files.setAttribute(folder, "unix:uid", 12345);
            return true;
        } catch (FileSystemException e) {
            assertThat(e).hasMessageContaining("Operation not permitted");
            return false;
        }
    }

    @Test
    void makeWhenThisProcessHasOneAlreadyThenAnotherProcessLeavesBothAlone() throws Exception {
        try (SocketDirectory first = SocketDirectory.make(parent);
                SocketDirectory second = SocketDirectory.make(parent)) {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherProcess.class.getName(),
                            parent.toString())
                    .inheritIO()
                    .start();

            assertThat(other.waitFor()).isZero();
            assertThat(first.socket().getParent()).exists();
            assertThat(second.socket().getParent()).exists();
        }
    }

    /** Another Gatehouse that starts and stops. */
    static final class OtherProcess {

        private OtherProcess() {}

        public static void main(String[] arguments) {
            SocketDirectory.make(Path.of(arguments[0])).close();
        }
    }

    @Test
    void makeWhenThePathWouldBeTooLongThenRefusedAndNothingIsLeft() throws Exception {
        Path deep = Files.createDirectory(parent.resolve("x".repeat(100)));

        assertThatThrownBy(() -> SocketDirectory.make(deep))
                .isInstanceOf(StartRefused.class)
                .hasMessageMatching("the path of the socket has [0-9]+ bytes, but the system allows 103: " + deep
                        + "/gatehouse-[0-9]+/http");
        assertThat(deep).isEmptyDirectory();
    }

    @Test
    void makeWhenThePlaceIsAbsentThenRefused() {
        Path absent = parent.resolve("absent");

        assertThatThrownBy(() -> SocketDirectory.make(absent))
                .isInstanceOf(StartRefused.class)
                .hasMessage("no folder for a socket can be made in %s: it is absent", absent);
    }
}
