package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.milvus.grpc.MilvusServiceGrpc;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MessageMemoryTests {

    private static final int MIB = 1024 * 1024;
    private static final long RESTORE_BYTES = 48L * MIB;
    private static final String TOO_MANY = "too many large messages at once";

    private final MessageMemory memory = new MessageMemory(RESTORE_BYTES);

    @Test
    void messageWhenItsCallNeedsNoTokenThenHasAnEndOfItsOwn() {
        for (MethodDescriptor<?, ?> open :
                List.of(AuthorizationGrpc.getCheckMethod(), HealthGrpc.getCheckMethod(), HealthGrpc.getWatchMethod())) {
            ServerStreamTracer call = call(open);
            call.inboundWireSize(MessageMemory.OPEN_MESSAGE_BYTES);

            assertRefused(() -> call.inboundWireSize(1), "a message without a token has more than 131072 bytes");
        }
    }

    @Test
    void messageWhenItIsUnpackedThenCountsAsThat() {
        ServerStreamTracer open = call(AuthorizationGrpc.getCheckMethod());
        open.inboundWireSize(100);
        open.inboundUncompressedSize(MessageMemory.OPEN_MESSAGE_BYTES);
        ServerStreamTracer known = call(MilvusServiceGrpc.getSelectUserMethod());
        known.inboundWireSize(100);

        assertRefused(() -> open.inboundUncompressedSize(1), "a message without a token has more than 131072 bytes");
        assertRefused(() -> known.inboundUncompressedSize(MessageMemory.ALL_BYTES + MIB), TOO_MANY);
    }

    @Test
    void messageWhenItComesInPiecesOfAByteThenEachCountsForWhatItCosts() {
        ServerStreamTracer call = call(AuthorizationGrpc.getCheckMethod());
        for (int piece = 0; piece < MessageMemory.OPEN_MESSAGE_BYTES / MessageMemory.LEAST_BYTES; piece++) {
            call.inboundWireSize(1);
        }

        assertRefused(() -> call.inboundWireSize(1), "a message without a token has more than 131072 bytes");
    }

    @Test
    void messagesWhenTheyAreLargeThenAreBoundedTogetherUntilTheirCallsEnd() {
        ServerStreamTracer first = call(MilvusServiceGrpc.getSelectUserMethod());
        first.inboundWireSize(MessageMemory.ALL_BYTES);
        ServerStreamTracer second = call(MilvusServiceGrpc.getCreateCredentialMethod());
        assertRefused(() -> second.inboundWireSize(MIB), TOO_MANY);
        second.streamClosed(Status.RESOURCE_EXHAUSTED);
        assertRefused(() -> call(AuthorizationGrpc.getCheckMethod()).inboundWireSize(100 * 1024), TOO_MANY);

        first.streamClosed(Status.OK);
        first.streamClosed(Status.OK);

        assertThatCode(() ->
                        call(MilvusServiceGrpc.getSelectUserMethod()).inboundWireSize(MessageMemory.ALL_BYTES - MIB))
                .doesNotThrowAnyException();
    }

    @Test
    void messageWhenItIsUnpackedAfterItsCallEndedThenTakesNoRoom() {
        for (int i = 0; i < MessageMemory.ALL_BYTES / MIB; i++) {
            ServerStreamTracer call = call(MilvusServiceGrpc.getSelectUserMethod());
            call.inboundWireSize(100);
            call.streamClosed(Status.CANCELLED);
            assertThatThrownBy(() -> call.inboundUncompressedSize(MIB))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.CANCELLED));
        }

        assertThatCode(() -> call(MilvusServiceGrpc.getSelectUserMethod()).inboundWireSize(MessageMemory.ALL_BYTES))
                .doesNotThrowAnyException();
    }

    @Test
    void messagesWhenTheyAreOfTheUsualSizeThenAreNeverRefusedForLargeOnes() {
        call(MilvusServiceGrpc.getSelectUserMethod()).inboundWireSize(MessageMemory.ALL_BYTES);

        assertThatCode(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        ServerStreamTracer call = call(HealthGrpc.getCheckMethod());
                        call.inboundWireSize(MessageMemory.USUAL_BYTES);
                        call.inboundUncompressedSize(MessageMemory.USUAL_BYTES);
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void messagesWhenTheyRestoreUsersThenHaveRoomOfTheirOwn() {
        ServerStreamTracer restore = call(MilvusServiceGrpc.getRestoreRBACMethod());
        restore.inboundWireSize(RESTORE_BYTES);

        assertRefused(() -> call(MilvusServiceGrpc.getRestoreRBACMethod()).inboundWireSize(MIB), TOO_MANY);
        assertThatCode(() -> call(MilvusServiceGrpc.getSelectUserMethod()).inboundWireSize(MIB))
                .doesNotThrowAnyException();
    }

    private ServerStreamTracer call(MethodDescriptor<?, ?> method) {
        return memory.newServerStreamTracer(method.getFullMethodName(), new Metadata());
    }

    private static void assertRefused(ThrowingCallable arrival, String text) {
        assertThatThrownBy(arrival).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getStatus().getDescription()).isEqualTo(text);
        });
    }
}
