package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PrivateFilesTests {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void createWhenTheFolderIsOpenToAllThenTheFileIsItsOwnersAlone() throws IOException {
        open(folder, "rwxr-xr-x");
        Path file = folder.resolve("file");

        PrivateFiles.create(file).close();

        assertThat(mode(file)).isEqualTo("rw-------");
        assertThatThrownBy(() -> PrivateFiles.create(file)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void prepareWhenOthersMayUseTheFileThenNoLongerAndItsContentsStay(CapturedOutput output) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "before");
        open(file, "rw-rw-r--");

        PrivateFiles.prepare(file);
        PrivateFiles.prepare(file);

        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(file).hasContent("before");
        assertThat(output).containsOnlyOnce("others may no longer read or write " + file);
    }

    @Test
    void prepareWhenTheOwnerMayOnlyReadThenMayNoMore() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        open(file, "r--r--r--");

        PrivateFiles.prepare(file);

        assertThat(mode(file)).isEqualTo("r--------");
    }

    @Test
    void prepareWhenALinkLeadsToTheFileThenItStaysAndTheLogSaysHowToCloseIt(CapturedOutput output) throws IOException {
        Path behind = Files.createFile(folder.resolve("behind"));
        open(behind, "rw-r--r--");
        Path link = Files.createSymbolicLink(folder.resolve("link"), behind);

        PrivateFiles.prepare(link);

        assertThat(mode(behind)).isEqualTo("rw-r--r--");
        assertThat(output).contains("others may read or write " + link + ", close it to them: chmod 600 " + link);
    }

    @Test
    void closeAllWhenNamesBeginOtherwiseOrAreFoldersThenTheyStay() throws IOException {
        Path named = Files.createFile(folder.resolve("name.1"));
        Path other = Files.createFile(folder.resolve("other"));
        Path inner = Files.createDirectory(folder.resolve("name.2"));
        open(named, "rw-r--r--");
        open(other, "rw-r--r--");
        open(inner, "rwxr-xr-x");

        PrivateFiles.closeAll(folder, "name.");

        assertThat(mode(named)).isEqualTo("rw-------");
        assertThat(mode(other)).isEqualTo("rw-r--r--");
        assertThat(mode(inner)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void prepareWhenTheFileSystemHasNoModesThenTheFileIsMade() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("files.zip"), Map.of("create", "true"))) {
            Path made = zip.getPath("/folder");
            Path file = made.resolve("file");

            PrivateFiles.createFolders(made);
            PrivateFiles.prepare(file);
            PrivateFiles.prepare(file);
            PrivateFiles.closeAll(made, "file");

            assertThat(Files.exists(file)).isTrue();
        }
    }

    private static void open(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
