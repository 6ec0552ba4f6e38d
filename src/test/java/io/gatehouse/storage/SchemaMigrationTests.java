package io.gatehouse.storage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SchemaMigrationTests {

    @Test
    void refuseOlderThanOldestWhenPostgresIsOldThenSaysWhichIsNeeded() {
        assertThatThrownBy(() -> SchemaMigration.refuseOlderThanOldest(12))
                .hasMessage("PostgreSQL 12 is too old: Gatehouse needs 13 or newer");
        assertThatCode(() -> SchemaMigration.refuseOlderThanOldest(13)).doesNotThrowAnyException();
    }
}
