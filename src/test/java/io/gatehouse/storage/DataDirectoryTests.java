package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTests {

    private static final String CORRECT = "Correct gatehouse.data-directory.";
    private static final String CHECK = "Check the space and the permissions of gatehouse.data-directory.";

    @TempDir
    private Path folder;

    @Test
    void prepareWhenAbsentThenIsMadeForItsOwnerAlone() throws IOException {
        DataDirectory made = DataDirectory.prepare(folder.resolve("a/../b/data"));

        assertThat(made.path()).isEqualTo(folder.resolve("b/data"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.path())))
                .isEqualTo("rwx------");
        assertThat(made.path())
                .isDirectoryNotContaining(file -> !file.getFileName().toString().equals("gatehouse.mv.db"));
        assertThat(made.database()).isEqualTo(folder.resolve("b/data/gatehouse"));
    }

    @Test
    void prepareWhenThereAlreadyThenIsLeftAsItIs() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createFile(folder.resolve("gatehouse.mv.db"));

        DataDirectory found = DataDirectory.prepare(folder);

        assertThat(found.path()).isEqualTo(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void prepareWhenTheFolderIsOpenToOthersThenTheFilesInItAreNot() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path earlier = Files.writeString(folder.resolve("gatehouse.trace.db"), "earlier");
        Files.setPosixFilePermissions(earlier, PosixFilePermissions.fromString("rw-r--r--"));

        DataDirectory.prepare(folder);

        assertThat(List.of(earlier, folder.resolve("gatehouse.mv.db")))
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void prepareWhenALinkHasTheNameOfItsProbeThenWhatIsBehindItStays() throws IOException {
        Path behind = Files.writeString(folder.resolve("behind"), "kept");
        Files.createSymbolicLink(folder.resolve("room.tmp"), behind);

        assertThatThrownBy(() -> DataDirectory.prepare(folder))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith("the data directory " + folder + " cannot be written: ");
        assertThat(behind).hasContent("kept");
    }

    @Test
    void prepareWhenItCannotBeMadeThenSaysWhy() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertRefused(
                () -> DataDirectory.prepare(file),
                "the data directory " + file + " cannot be made: a file has this name",
                CORRECT);
        assertRefused(
                () -> DataDirectory.prepare(file.resolve("data")),
                "the data directory " + file.resolve("data") + " cannot be made: Not a directory",
                CORRECT);
        assertRefused(() -> DataDirectory.prepare(Path.of("")), "gatehouse.data-directory is empty", CORRECT);
        assertRefused(
                () -> DataDirectory.prepare(folder.resolve("a;b")),
                "the data directory " + folder.resolve("a;b") + " must not have a semicolon in its name",
                CORRECT);
    }

    @Test
    void prepareWhenNothingCanBeWrittenThenSaysWhy() throws IOException {
        Files.createDirectory(folder.resolve("room.tmp"));

        assertRefused(
                () -> DataDirectory.prepare(folder),
                "the data directory " + folder + " cannot be written: Is a directory",
                CHECK);
    }

    @Test
    void requireDatabaseWhenThereIsNoneThenRefusesAndMakesNone() throws IOException {
        assertRefused(
                () -> DataDirectory.requireDatabase(folder.resolve("data")),
                "there is no database in the data directory " + folder.resolve("data"),
                CORRECT);
        assertThat(folder).isEmptyDirectory();

        Files.createFile(folder.resolve("gatehouse.mv.db"));
        assertThatCode(() -> DataDirectory.requireDatabase(folder)).doesNotThrowAnyException();
    }

    private static void assertRefused(ThrowingCallable work, String sentence, String remedy) {
        assertThatThrownBy(work).isInstanceOfSatisfying(StorageException.class, refusal -> {
            assertThat(refusal).hasMessage(sentence);
            assertThat(refusal.remedy()).isEqualTo(remedy);
        });
    }
}
