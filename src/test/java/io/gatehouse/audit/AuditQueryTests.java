package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How a question is read, and how an answer is written. */
@ExtendWith(OutputCaptureExtension.class)
class AuditQueryTests {

    @ParameterizedTest
    @CsvSource({
        "2026-11-25T10:00:00Z, 2026-11-25T10:00:00Z",
        "2026-11-25t10:00:00.5z, 2026-11-25T10:00:00.500Z",
        "2026-11-25T10:00:00+01:30, 2026-11-25T08:30:00Z",
        "2026-11-25T10:00:00-01:30, 2026-11-25T11:30:00Z",
        "2016-12-31T23:59:59.123456789Z, 2016-12-31T23:59:59.123456789Z",
        "1969-12-31T23:59:59Z, 1970-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-18:00, 9999-12-31T23:59:59Z",
        "9999-12-31T23:59:58Z, 9999-12-31T23:59:58Z"
    })
    void timeWhenItIsRfc3339ThenIsReadToTheNearestThatADatabaseKnows(String text, Instant time) {
        assertThat(AuditQuery.of(null, null, null, null, text, null, null).from())
                .isEqualTo(time);
        assertThat(AuditQuery.of(null, null, null, null, null, text, null).to()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-11-25",
                "2026-11-25T10:00:00",
                "2026-02-30T00:00:00Z",
                "2016-12-31T23:59:60Z",
                "2016-12-31T23:59Z",
                "2016-12-31T23:59:59+01:00:30",
                "+12016-12-31T23:59:59Z",
                "2026-11-25T10:00:00+24:00"
            })
    void timeWhenItIsNoneThenSaysWhichAndShowsTheForm(String text) {
        String rule = "must be a time such as 2026-11-30T00:00:00Z";

        assertRefused(() -> AuditQuery.of(null, null, null, null, text, null, null), "from", rule);
        assertRefused(() -> AuditQuery.of(null, null, null, null, null, text, null), "to", rule);
    }

    @Test
    void nameWhenNoUserCanHaveItThenSaysWhichParameter() {
        assertThat(AuditQuery.of("a.b-c_1", "x".repeat(255), null, null, null, null, null)
                        .equal())
                .containsEntry("user_name", "a.b-c_1")
                .containsEntry("target", "x".repeat(255))
                .containsEntry("action", null)
                .containsEntry("result", null);
        assertRefused(() -> AuditQuery.of("1a", null, null, null, null, null, null), "user", "must be a user name");
        assertRefused(
                () -> AuditQuery.of(null, "x".repeat(256), null, null, null, null, null),
                "target",
                "must be a user name");
    }

    @Test
    void wordWhenUnknownThenNamesThoseThatThereAre() {
        assertThat(AuditQuery.of(null, null, "drop-user", "failed", null, null, null)
                        .equal())
                .containsEntry("action", "drop-user")
                .containsEntry("result", "failed");
        assertRefused(
                () -> AuditQuery.of(null, null, "DROP_USER", null, null, null, null),
                "action",
                "must be one of login, create-user, describe-user, list-users, change-password, renew-hash, drop-user,"
                        + " grant-role, revoke-role, list-roles, describe-role, read-audit-events, export-users,"
                        + " import-user");
        assertRefused(
                () -> AuditQuery.of(null, null, null, "good", null, null, null),
                "result",
                "must be one of success, denied, failed");
    }

    @Test
    void cursorWhenPrintedThenIsReadAsTheSame() {
        var cursor = new AuditCursor(AuditFixture.TIME, 42);

        assertThat(cursor).hasToString("1577934245123456-42");
        assertThat(AuditCursor.parse(cursor.toString())).isEqualTo(cursor);
        assertThat(AuditQuery.of(null, null, null, null, null, null, cursor.toString())
                        .after())
                .isEqualTo(cursor);
        assertThat(AuditCursor.parse("999999999999999999-0")).isEqualTo(new AuditCursor(AuditCursor.LATEST, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1-", "-1", "1-2-3", "1000000000000000000-1", "1-1000000000000000000"})
    void cursorWhenItIsNoneThenSaysWhich(String text) {
        assertMalformed(() -> AuditCursor.parse(text), "after");
    }

    @Test
    void resultWhenGatehouseWasNotAbleThenIsFailed() {
        List<Problem> failed = new ArrayList<>();
        for (Problem problem : Problem.values()) {
            if (AuditResult.of(problem) == AuditResult.FAILED) {
                failed.add(problem);
            } else {
                assertThat(AuditResult.of(problem)).isEqualTo(AuditResult.DENIED);
            }
        }

        assertThat(failed)
                .containsExactlyInAnyOrder(
                        Problem.OVERLOADED,
                        Problem.STORAGE_UNAVAILABLE,
                        Problem.INTERNAL_ERROR,
                        Problem.REQUEST_TIMEOUT);
        assertThat(AuditResult.of(null)).isEqualTo(AuditResult.SUCCESS);
    }

    @Test
    void clockWhenAskedOftenThenNeverSaysTheSameAndStaysNearTheTime() {
        var clock = new AuditClock();
        Instant before = Instant.now().minusNanos(1000);

        Instant last = clock.next();
        assertThat(last).isAfterOrEqualTo(before).isBefore(Instant.now().plus(Duration.ofSeconds(1)));
        for (int i = 0; i < 10_000; i++) {
            Instant next = clock.next();
            assertThat(next).isAfter(last);
            assertThat(next).isEqualTo(next.truncatedTo(ChronoUnit.MICROS));
            last = next;
        }
    }

    @Test
    void clockWhenSetForwardAndBackThenTellsTheTimeAgain() {
        Instant right = AuditFixture.TIME;
        var set = new AtomicReference<>(right);
        var clock = new AuditClock() {
            @Override
            Instant now() {
                return Objects.requireNonNull(set.get());
            }
        };

        assertThat(clock.next()).isEqualTo(right);
        set.set(right.plus(Duration.ofDays(365)));
        assertThat(clock.next()).isEqualTo(right.plus(Duration.ofDays(365)));
        set.set(right.plusSeconds(2));
        assertThat(clock.next()).isEqualTo(right.plusSeconds(2));
        set.set(right.plusMillis(1001));
        assertThat(clock.next()).as("a slip").isEqualTo(right.plusSeconds(2).plusNanos(1000));
        set.set(right);
        assertThat(clock.next()).as("a correction").isEqualTo(right);
        assertThat(clock.next()).isEqualTo(right.plusNanos(1000));
    }

    @Test
    void logWhenTheFileCannotBeWrittenThenRefusesTheStart(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file")).resolve("audit.jsonl");
        String sentence = "gatehouse.audit.log-file cannot be written: " + file;

        assertThatThrownBy(() -> AuditFixture.log(file)).isInstanceOfSatisfying(StartRefused.class, refusal -> {
            assertThat(refusal).hasMessage(sentence);
            assertThat(refusal.remedy()).isEqualTo("Name a file in a folder that Gatehouse may write to.");
        });
    }

    @Test
    void logWhenClosedThenWritesNoMoreAndSaysThat(@TempDir Path folder, CapturedOutput output) throws IOException {
        AuditLog log = AuditFixture.log(folder.resolve("audit.jsonl"));
        log.write(AuditFixture.login(0, null, "unauthenticated"));
        log.destroy();
        assertThat(output).doesNotContain("audit log: ");
        log.write(AuditFixture.login(1, null, "unauthenticated"));
        assertThat(output).contains("audit log: ");

        assertThat(Files.readAllLines(folder.resolve("audit.jsonl")))
                .containsExactly("{\"time\":\"2020-01-02T03:04:05.123456Z\",\"action\":\"login\",\"interface\":\"api\","
                        + "\"address\":\"192.0.2.1\",\"result\":\"denied\",\"reason\":\"unauthenticated\","
                        + "\"requestId\":\"0123456789abcdef\",\"count\":1}");
        AuditLog none = AuditFixture.log(null);
        none.write(AuditFixture.login(0, null, null));
        none.destroy();
    }

    private interface Reading {
        @Nullable
        Object read();
    }

    private static void assertMalformed(Reading reading, String parameter) {
        assertThatThrownBy(reading::read).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal.problem()).isEqualTo(Problem.MALFORMED_REQUEST);
            assertThat(refusal).hasMessage("a value of another type is expected: " + parameter);
        });
    }

    private static void assertRefused(Reading reading, String parameter, String rule) {
        assertThatThrownBy(reading::read).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal.problem()).isEqualTo(Problem.MALFORMED_REQUEST);
            assertThat(refusal).hasMessage(parameter + " " + rule);
            assertThat(refusal.violations()).containsExactly(new Violation(parameter, rule));
        });
    }
}
