package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.testing.Await;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenCallsTests {

    private final OpenCalls open = new OpenCalls(Duration.ofHours(1));
    private final List<Status> closed = new CopyOnWriteArrayList<>();
    private final List<String> closedAddresses = new CopyOnWriteArrayList<>();
    private final Map<String, ServerCall<String, String>> calls = new HashMap<>();

    @Test
    void callsWhenTooManyOfAnAddressWaitForTheirMessageThenAreRefusedAndThoseOfOthersAreNot() {
        startMany(OpenCalls.MOST_OF_A_NETWORK, "192.0.2.1");
        assertThat(closed).isEmpty();

        start("192.0.2.1");
        start("192.0.2.2");

        assertThat(closed).singleElement().satisfies(refused -> {
            assertThat(refused.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getDescription()).isEqualTo("too many calls without a token at once");
        });
    }

    @Test
    void callsWhenOfOneIpv6NetworkThenCountTogether() {
        for (int i = 0; i < OpenCalls.MOST_OF_A_NETWORK; i++) {
            start("2001:db8::" + Integer.toHexString(i % 7));
        }
        assertThat(closed).isEmpty();

        start("2001:db8::ffff");
        assertThat(closed).hasSize(1);

        start("2001:db8:0:1::1");
        assertThat(closed).hasSize(1);
    }

    @Test
    void callsWhenRefusedThenTakeNoRoom() {
        startMany(OpenCalls.MOST_OF_A_NETWORK + OpenCalls.MOST, "192.0.2.1");
        closed.clear();

        start("192.0.2.2");

        assertThat(closed).isEmpty();
    }

    @Test
    void callWhenSomethingHappensToItThenTheMethodHears() {
        @SuppressWarnings("unchecked")
        ServerCall.Listener<String> method = mock(ServerCall.Listener.class);
        ServerCall.Listener<String> listener =
                open.start(call("192.0.2.1"), new Metadata(), (call, metadata) -> method);

        listener.onMessage("all of it");
        listener.onHalfClose();
        listener.onComplete();
        listener.onCancel();

        var inOrder = inOrder(method);
        inOrder.verify(method).onMessage("all of it");
        inOrder.verify(method).onHalfClose();
        inOrder.verify(method).onComplete();
        inOrder.verify(method).onCancel();
    }

    @Test
    void callsWhenTooManyOfAllNetworksWaitThenTheOldestOfTheBiggestIsRefusedAndItsMessageIsNotRead() {
        @SuppressWarnings("unchecked")
        ServerCall.Listener<String> method = mock(ServerCall.Listener.class);
        ServerCall.Listener<String> oldest = open.start(call("192.0.2.1"), new Metadata(), (call, metadata) -> method);
        startMany(OpenCalls.MOST / 4 - 1, "192.0.2.1");
        startMany(OpenCalls.MOST / 4, "192.0.2.2");
        startMany(OpenCalls.MOST / 4, "192.0.2.3");
        startMany(OpenCalls.MOST / 4 - 1, "192.0.2.4");
        start("192.0.2.5");
        assertThat(closed).isEmpty();

        ServerCall.Listener<String> newcomer = start("192.0.2.6");

        assertThat(closed).extracting(Status::getCode).containsExactly(Code.RESOURCE_EXHAUSTED);
        assertThat(closedAddresses).containsExactly("192.0.2.1");
        oldest.onMessage("too late");
        oldest.onHalfClose();
        verifyNoInteractions(method);
        oldest.onComplete();
        newcomer.onHalfClose();
        start("192.0.2.7");
        assertThat(closed).hasSize(1);
    }

    static Stream<Consumer<ServerCall.Listener<String>>> ends() {
        return Stream.of(
                ServerCall.Listener::onHalfClose,
                ServerCall.Listener::onCancel,
                ServerCall.Listener::onComplete,
                call -> {
                    call.onMessage("all of it");
                    call.onHalfClose();
                    call.onComplete();
                });
    }

    @ParameterizedTest
    @MethodSource("ends")
    void callsWhenTheirRequestCameOrTheyEndedThenMakeRoomForOneEach(Consumer<ServerCall.Listener<String>> end) {
        ServerCall.Listener<String> first = start("192.0.2.1");
        startMany(OpenCalls.MOST_OF_A_NETWORK - 1, "192.0.2.1");

        end.accept(first);
        start("192.0.2.1");
        assertThat(closed).isEmpty();

        start("192.0.2.1");
        assertThat(closed).hasSize(1);
    }

    /** gRPC's server asks no method before. */
    @Test
    void callsWhenTheirMessageCameWithoutItsEndThenTakeTheirRoomStill() {
        ServerCall.Listener<String> first = start("192.0.2.1");
        startMany(OpenCalls.MOST_OF_A_NETWORK - 1, "192.0.2.1");

        first.onMessage("all of it");
        start("192.0.2.1");

        assertThat(closed).hasSize(1);
    }

    @Test
    void callsWhenTheirRequestDoesNotComeInTimeThenAreEndedAndMakeRoom() {
        var impatient = new OpenCalls(Duration.ofMillis(1));
        @SuppressWarnings("unchecked")
        ServerCall.Listener<String> method = mock(ServerCall.Listener.class);
        ServerCall<String, String> call = call("192.0.2.1");
        ServerCall.Listener<String> late = impatient.start(call, new Metadata(), (any, metadata) -> method);
        Await.until("the call is ended", () -> closed.size() == 1);

        assertThat(closed).singleElement().satisfies(ended -> {
            assertThat(ended.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
            assertThat(ended.getDescription())
                    .isEqualTo("the request did not come within 1 ms (gatehouse.grpc.request-timeout)");
        });
        late.onMessage("too late");
        late.onHalfClose();
        verifyNoInteractions(method);
        late.onCancel();
        verify(method).onCancel();
        for (int round = 1; round <= 2; round++) {
            int before = closed.size();
            for (int i = 0; i < OpenCalls.MOST_OF_A_NETWORK; i++) {
                impatient.start(call, new Metadata(), (any, metadata) -> method);
            }
            Await.until("all are ended", () -> closed.size() == before + OpenCalls.MOST_OF_A_NETWORK);
        }
        assertThat(closed).extracting(Status::getCode).containsOnly(Code.DEADLINE_EXCEEDED);
    }

    @Test
    void callsWhenTheyCannotBeStartedThenTakeNoRoom() {
        for (int i = 0; i < OpenCalls.MOST + 1; i++) {
            assertThatThrownBy(() -> open.start(call("192.0.2.1"), new Metadata(), (call, metadata) -> {
                        throw new IllegalStateException("cannot start");
                    }))
                    .hasMessage("cannot start");
        }
        assertThat(closed).isEmpty();
    }

    private void startMany(int count, String address) {
        for (int i = 0; i < count; i++) {
            start(address);
        }
    }

    private ServerCall.Listener<String> start(String address) {
        return open.start(
                calls.computeIfAbsent(address, this::call),
                new Metadata(),
                (call, metadata) -> new ServerCall.Listener<>() {});
    }

    private ServerCall<String, String> call(String address) {
        @SuppressWarnings("unchecked")
        ServerCall<String, String> call = mock(ServerCall.class);
        when(call.getAttributes())
                .thenReturn(Attributes.newBuilder()
                        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress(inet(address), 4711))
                        .build());
        doAnswer(invocation -> {
                    closedAddresses.add(address);
                    return closed.add(invocation.getArgument(0));
                })
                .when(call)
                .close(any(), any());
        return call;
    }

    private static InetAddress inet(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
