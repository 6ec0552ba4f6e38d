package io.gatehouse.caller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaceTests {

    /** The audit trail has a column of 16 characters for it, and events of earlier versions have the same names. */
    @Test
    void writtenWhenCalledThenIsTheNameThatStoredEventsHave() {
        assertThat(Face.values())
                .extracting(Face::written)
                .containsExactly("grpc", "rest-v2", "api", "gateway", "command", "start")
                .allMatch(name -> name.length() <= 16);
    }
}
