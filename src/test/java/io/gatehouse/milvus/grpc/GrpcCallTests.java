package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class GrpcCallTests {

    @Test
    void loggedWhenWorkIsDoneThenItsLinesNameTheCallAndLaterOnesDoNot() {
        String during = GrpcCall.logged("1234", GrpcCallTests::named);

        assertThat(during).isEqualTo("1234 grpc");
        assertThat(named()).isEqualTo("null null");
    }

    @Test
    void loggedWhenWorkFailsThenLaterLinesDoNotNameTheCall() {
        assertThatThrownBy(() -> GrpcCall.logged("1234", () -> {
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");

        assertThat(named()).isEqualTo("null null");
    }

    @Test
    void nextRequestIdWhenAskedThenIsAnotherEachTime() {
        assertThat(GrpcCall.nextRequestId()).matches("[0-9a-f]{16}").isNotEqualTo(GrpcCall.nextRequestId());
    }

    private static String named() {
        return MDC.get("requestId") + " " + MDC.get("interface");
    }
}
