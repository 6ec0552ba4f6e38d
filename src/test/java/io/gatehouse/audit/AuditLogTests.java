package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** The files of the audit log are their owner's alone, and take no more than they may. */
class AuditLogTests {

    @TempDir
    private Path folder;

    @Test
    void fileWhenMadeThenIsItsOwnersAlone() {
        Path file = folder.resolve("new").resolve("audit.jsonl");

        AuditFixture.log(file).destroy();
        AuditFixture.log(file).destroy();

        assertThat(mode(file)).isEqualTo("rw-------");
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
        long most = 100_000;
        var log = new AuditLog(
                JsonMapper.builder().build(),
                new AuditSettings(Duration.ofDays(90), DataSize.ofBytes(most), file, 100, 10));

        for (int i = 0; i < 1500; i++) {
            log.write(AuditFixture.login(i, "root", null));
            if (i % 50 == 0) {
                // Files of 100 MB are not rolled many times a second, for which Logback is not made
                Thread.sleep(20);
            }
        }

        Await.until(Duration.ofSeconds(10), "the oldest are gone", () -> size() <= 2L * most);
        log.destroy();
        assertThat(files())
                .hasSizeGreaterThan(1)
                .allSatisfy(one -> assertThat(mode(one)).as(one.toString()).isEqualTo("rw-------"));
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
