package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.time.Duration;

/** What every refused start has in common, whatever the operator did. */
final class RefusedStart {

    private static final Duration SOON = Duration.ofSeconds(20);

    private RefusedStart() {}

    /**
     * Asserts that the process ends soon and as failed, that it says this sentence, without a stack trace, and that it wrote nothing
     * where it runs.
     */
    static void assertRefused(GatehouseProcess refused, String sentence) {
        int exitCode = refused.awaitExit();
        Duration age = refused.age();

        assertThat(exitCode).isEqualTo(1);
        assertThat(refused.output())
                .contains("\nDescription:\n\n" + sentence + "\n\nAction:\n")
                .doesNotContain("\tat ");
        assertThat(refused.errors()).doesNotContain("\tat ");
        assertThat(refused.workingDirectory()).isEmptyDirectory();
        assertThat(age).isLessThan(age.compareTo(SOON) < 0 ? SOON : twoWholeStarts());
    }

    /** As long as 20 seconds are where nothing else is going on, on a machine that is busy now. */
    private static Duration twoWholeStarts() {
        try (var other = GatehouseProcess.launch(TestDatabase.H2.fresh())) {
            return other.awaitReady().multipliedBy(2);
        }
    }
}
