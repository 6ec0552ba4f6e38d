package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/** The files of the audit log are their owner's alone, and take no more than they may. */
class AuditLogTests {

    private static final long MOST = 100_000;

    @TempDir
    private Path folder;

    @Test
    void fileWhenMadeThenIsItsOwnersAlone() {
        Path file = folder.resolve("new").resolve("audit.jsonl");

        AuditFixture.log(file).destroy();
        AuditFixture.log(file).destroy();

        assertThat(mode(file)).isEqualTo("rw-------");
    }

    /** A log in JSON has no lines but JSON. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void fileWhenAServerOpensItThenNothingIsPrinted(CapturedOutput output) {
        AuditFixture.logOfServer(small(folder.resolve("audit.jsonl"))).destroy();

        assertThat(output).isEmpty();
    }

    @Test
    void filesWhenOthersMayReadThemThenNoLonger() throws IOException {
        Path file = Files.writeString(folder.resolve("audit.jsonl"), "before\n");
        Path rolled = Files.writeString(folder.resolve("audit.jsonl.2026-01-01.0"), "earlier\n");
        Path other = Files.writeString(folder.resolve("other"), "");
        for (Path one : List.of(file, rolled, other)) {
            Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rw-r--r--"));
        }

        AuditLog log = AuditFixture.log(file);
        log.write(AuditFixture.login(0, "root", null));
        log.destroy();

        assertThat(Files.readAllLines(file)).hasSize(2).startsWith("before");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(rolled)).isEqualTo("rw-------");
        assertThat(mode(other)).isEqualTo("rw-r--r--");
    }

    @Test
    void filesWhenRolledThenAreTheirOwnersAloneAndTheOldestGo() throws InterruptedException {
        Path file = folder.resolve("audit.jsonl");
        AuditLog log = AuditFixture.logOfServer(small(file));

        for (int i = 0; i < 1500; i++) {
            log.write(AuditFixture.login(i, "root", null));
            if (i % 50 == 0) {
                // Files of 100 MB are not rolled many times a second, for which Logback is not made
                Thread.sleep(20);
            }
        }

        Await.until("the oldest are gone", () -> size() <= 2L * MOST);
        log.destroy();
        assertThat(files())
                .hasSizeGreaterThan(1)
                .allSatisfy(one -> assertThat(mode(one)).as(one.toString()).isEqualTo("rw-------"));
    }

    @Test
    void fileWhenACommandWritesToItThenIsLeftToTheServerToRoll() throws IOException {
        Path file = folder.resolve("audit.jsonl");
        AuditLog server = AuditFixture.logOfServer(small(file));
        server.write(AuditFixture.login(0, "root", null));
        // As it is at the first write of a day
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        AuditLog command = AuditFixture.logOfCommand(small(file));
        for (int i = 1; i <= 100; i++) {
            command.write(AuditFixture.login(i, "root", null));
        }
        command.destroy();

        assertThat(files()).containsExactly(file);
        server.write(AuditFixture.login(101, "root", null));
        assertThat(Files.readAllLines(file)).hasSize(102);
        server.destroy();
    }

    @Test
    void fileWhenMovedOrDeletedThenTheNextEventBeginsANewOne() throws IOException {
        Path file = folder.resolve("new").resolve("audit.jsonl");
        Path moved = folder.resolve("audit.jsonl.1");
        AuditLog log = AuditFixture.log(file);
        log.write(AuditFixture.login(0, "user_0", null));

        Files.move(file, moved);
        log.write(AuditFixture.login(1, "user_1", null));
        log.write(AuditFixture.login(2, "user_2", null));

        assertThat(Files.readAllLines(moved)).singleElement().asString().contains("user_0");
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(mode(file)).isEqualTo("rw-------");

        FileSystemUtils.deleteRecursively(file.getParent());
        log.write(AuditFixture.login(3, "user_3", null));
        log.destroy();

        assertThat(Files.readAllLines(file)).singleElement().asString().contains("user_3");
    }

    /** Of files of 10 KB. */
    private static AuditSettings small(Path file) {
        return new AuditSettings(Duration.ofDays(90), DataSize.ofBytes(MOST), file, 100, 10);
    }

    private long size() {
        return files().stream().mapToLong(file -> file.toFile().length()).sum();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
