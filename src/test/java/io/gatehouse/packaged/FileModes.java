package io.gatehouse.packaged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Whether the modes of files bind a process: not that of root, who often runs tests. */
final class FileModes {

    private FileModes() {}

    /**
     * The command under which a process is bound by the modes of files, as an operator's user is: root's loses its two privileges
     * over them, and stays the owner of the files.
     *
     * @param folder where a file can be made to find out who runs the tests
     */
    static List<String> count(Path folder) throws IOException {
        Path closed = Files.createTempFile(folder, "closed", null);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        return Files.isReadable(closed)
                ? List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
                : List.of();
    }
}
