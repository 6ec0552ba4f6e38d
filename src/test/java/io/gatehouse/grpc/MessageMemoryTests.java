package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.gatehouse.milvus.grpc.TestRpcs;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.milvus.grpc.MilvusServiceGrpc;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MessageMemoryTests {

    private static final int MIB = 1024 * 1024;
    private static final long RESTORE_BYTES = 48L * MIB;
    private static final int LARGE = 64 * 1024;
    private static final String TOO_MANY = "too many large messages at once";

    private final MessageMemory memory = new MessageMemory(TestRpcs.face(), RESTORE_BYTES);

    @Test
    void restoreBytesWhenTheHeapIsSmallThenAreAPartOfIt() {
        long part = Runtime.getRuntime().maxMemory() / 8;

        assertThat(GrpcConfiguration.restoreBytes(new GrpcSettings(Integer.MAX_VALUE, 1024)))
                .isEqualTo(Math.min(Integer.MAX_VALUE, part));
        assertThat(GrpcConfiguration.restoreBytes(new GrpcSettings(1024, 1024))).isEqualTo(1024);
    }

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

    @Test
    void messagesWhenOneNetworkHasNoTokenThenTakeItsShareAlone() {
        List<ServerStreamTracer> strangers = new ArrayList<>();
        for (long taken = 0; taken < MessageMemory.OPEN_BYTES_OF_A_NETWORK; taken += LARGE) {
            strangers.add(large("127.0.0.2"));
        }

        assertRefused(() -> large("127.0.0.2"), TOO_MANY);
        assertThatCode(() -> large("127.0.0.3")).doesNotThrowAnyException();

        strangers.forEach(stranger -> stranger.streamClosed(Status.CANCELLED));
        assertThatCode(() -> large("127.0.0.2")).doesNotThrowAnyException();
    }

    @Test
    void messagesWhenManyNetworksHaveNoTokenThenLeaveRoomForThoseWithOne() {
        for (int i = 0; i < MessageMemory.ALL_BYTES / LARGE; i++) {
            ServerStreamTracer stranger = begun("127.0.1." + i);
            try {
                stranger.inboundWireSize(LARGE + MessageMemory.USUAL_BYTES);
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getDescription()).isEqualTo(TOO_MANY);
                stranger.streamClosed(e.getStatus());
            }
        }

        assertThatCode(() -> call(MilvusServiceGrpc.getSelectUserMethod())
                        .inboundWireSize(MessageMemory.ALL_BYTES - MessageMemory.OPEN_BYTES))
                .doesNotThrowAnyException();
    }

    /** Envoy's question from an address, with a large head. */
    private ServerStreamTracer large(String address) {
        ServerStreamTracer call = begun(address);
        call.inboundWireSize(LARGE + MessageMemory.USUAL_BYTES);
        return call;
    }

    private ServerStreamTracer begun(String address) {
        ServerStreamTracer call = call(AuthorizationGrpc.getCheckMethod());
        call.serverCallStarted(new From(address));
        return call;
    }

    private static final class From extends ServerStreamTracer.ServerCallInfo<Object, Object> {

        private final String address;

        private From(String address) {
            this.address = address;
        }

        @Override
        public MethodDescriptor<Object, Object> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.newBuilder()
                    .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress(address, 1))
                    .build();
        }

        @Override
        public String getAuthority() {
            throw new UnsupportedOperationException();
        }
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
