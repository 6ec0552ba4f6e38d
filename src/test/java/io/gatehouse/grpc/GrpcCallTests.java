package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class GrpcCallTests {

    private static final Client CLIENT = new Client(Face.GRPC, "192.0.2.1", "1234");

    @Test
    void loggedWhenWorkIsDoneThenItsLinesNameTheCallAndLaterOnesDoNot() {
        String during = GrpcCall.logged(CLIENT, GrpcCallTests::named);

        assertThat(during).isEqualTo("1234 grpc");
        assertThat(named()).isEqualTo("null null");
    }

    @Test
    void loggedWhenWorkFailsThenLaterLinesDoNotNameTheCall() {
        assertThatThrownBy(() -> GrpcCall.logged(CLIENT, () -> {
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");

        assertThat(named()).isEqualTo("null null");
    }

    @Test
    void nextRequestIdWhenAskedThenIsAnotherEachTime() {
        assertThat(Client.nextRequestId()).matches("[0-9a-f]{16}").isNotEqualTo(Client.nextRequestId());
    }

    private static String named() {
        return MDC.get("requestId") + " " + MDC.get("interface");
    }
}
