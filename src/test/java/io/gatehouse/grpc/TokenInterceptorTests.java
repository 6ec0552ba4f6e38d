package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.authentication.EveryUser;
import io.gatehouse.authentication.TokenAuthenticator;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.milvus.grpc.TestRpcs;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.BytesMarshaller;
import io.gatehouse.testing.Http;
import io.gatehouse.throttle.HeldRefusals;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TokenInterceptorTests {

    private static final Metadata.Key<String> ID = key("x-request-id");
    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final String WRONG = "auth check failure, please check username and password are correct";

    private final TokenAuthenticator authenticator = EveryUser.authenticator();
    private final ClientAddresses addresses = GrpcPort.addresses();
    private final HeldRefusals held = mock(HeldRefusals.class);
    private final TokenInterceptor interceptor =
            new TokenInterceptor(authenticator, addresses, held, TestRpcs.face(), Duration.ofMinutes(1));
    private final Metadata metadata = new Metadata();
    private final RecordedCall call = new RecordedCall();
    private final List<GrpcCall> known = new ArrayList<>();
    private int halfClosed;

    @Test
    void callWhenTheTokenIsGoodThenItsCallerIsKnownToTheMethodAlone() {
        authorize("user_1:Milvus");

        intercept();

        assertThat(known).singleElement().satisfies(answered -> {
            assertThat(userName(answered)).isEqualTo("user_1");
            assertThat(answered.caller().client().face().written()).isEqualTo("grpc");
            assertThat(answered.database()).isEmpty();
        });
        assertThat(GrpcCall.current()).isNull();
        assertThat(call.closed).isEmpty();
    }

    @Test
    void answerWhenTheCallIsOverThenIsNotSent() {
        authorize("user_1:Milvus");
        intercept();
        ServerCall<byte[], byte[]> answered = call.answered.get(0);
        Context.CancellableContext context = Context.current().withCancellation();
        context.cancel(null);

        context.run(() -> {
            answered.sendHeaders(new Metadata());
            answered.sendMessage(new byte[0]);
            answered.close(Status.OK, new Metadata());
        });

        assertThat(call.sent).isZero();
        answered.sendHeaders(new Metadata());
        answered.sendMessage(new byte[0]);
        answered.close(Status.OK, new Metadata());
        assertThat(call.sent).isEqualTo(3);
    }

    @Test
    void callWhenItNamesADatabaseThenThatIsKnown() {
        authorize("user_1:Milvus");
        metadata.put(key("dbname"), "books");

        intercept();

        assertThat(known).singleElement().extracting(GrpcCall::database).isEqualTo("books");
    }

    @Test
    void callWhenItEndsThenTheClientHasTheIdThatTheLogHas() {
        authorize("user_1:Milvus");

        intercept();
        call.answered.get(0).close(Status.OK, new Metadata());

        assertThat(call.closed).containsExactly(Status.OK);
        assertThat(call.trailers.get(0).get(ID))
                .matches("[0-9a-f]{16}")
                .isEqualTo(known.get(0).requestId());
    }

    @Test
    void callWhenItsMessageComesLateThenItsTokenIsCheckedAgain() throws InterruptedException {
        authorize("user_1:Milvus");
        ServerCall.Listener<byte[]> listener = intercept();
        Thread.sleep(150);
        listener.onHalfClose();
        assertThat(halfClosed).isEqualTo(1);
        doThrow(new ProblemException(Problem.UNAUTHENTICATED, "dropped"))
                .when(authenticator)
                .authenticate(any(), any());

        listener.onHalfClose();

        assertThat(halfClosed).isEqualTo(1);
        assertThat(call.closed).singleElement().extracting(Status::getCode).isEqualTo(Code.UNAUTHENTICATED);
    }

    @Test
    void callsWhenTooManyWithATokenWaitForTheirRequestThenFurtherOnesOfTheirNetworkAreRefused() {
        authorize("user_1:Milvus");
        for (int i = 0; i < TokenInterceptor.MOST_OF_A_NETWORK; i++) {
            intercept();
        }
        assertThat(call.closed).isEmpty();

        intercept();

        assertThat(call.closed).singleElement().satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription()).isEqualTo("too many calls at once whose request has not come");
        });
        assertThat(known).hasSize(TokenInterceptor.MOST_OF_A_NETWORK);
    }

    @Test
    void callsWhenTheirRequestCameThenTakeNoRoom() {
        authorize("user_1:Milvus");

        for (int i = 0; i < TokenInterceptor.MOST; i++) {
            intercept().onHalfClose();
        }

        assertThat(call.closed).isEmpty();
    }

    @Test
    void callWhenThereAreSeveralTokensThenTheFirstCounts() {
        authorize("user_1:Milvus");
        authorize("user_2:Milvus");

        intercept();

        assertThat(known)
                .singleElement()
                .extracting(TokenInterceptorTests::userName)
                .isEqualTo("user_1");
    }

    static Stream<Arguments> badTokens() {
        return Stream.of(
                Arguments.of(null, "missing authorization in header"),
                Arguments.of("user_1:Milvus", "invalid token format"),
                // Not UTF-8
                Arguments.of("//7/", WRONG),
                Arguments.of(Http.base64("Milvus"), "auth check failure, please check api key is correct"),
                Arguments.of(Http.base64("user_1:wrong"), WRONG),
                // The password begins behind the first colon
                Arguments.of(Http.base64("user_1::Milvus"), WRONG),
                Arguments.of(Http.base64("user_1:"), WRONG));
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void callWhenTheTokenIsNoneThenIsRefusedInMilvusWords(@Nullable String authorization, String text) {
        if (authorization != null) {
            metadata.put(AUTHORIZATION, authorization);
        }

        intercept();

        assertRefused(Code.UNAUTHENTICATED, text);
    }

    @Test
    void callWhenTheNameIsEmptyThenIsJudgedAsAnyOther() {
        authorize(":Milvus");

        intercept();

        assertThat(known)
                .singleElement()
                .extracting(TokenInterceptorTests::userName)
                .isEqualTo("");
    }

    @Test
    void callWhenAuthenticationIsOffThenNoTokenIsRead() {
        authorize("user_1:wrong");
        when(authenticator.withoutToken(any()))
                .thenAnswer(asked -> Optional.of(Caller.unrestricted(asked.getArgument(0))));

        intercept();

        assertThat(known)
                .singleElement()
                .extracting(answered -> answered.caller().getName())
                .isEqualTo("anybody");
        verify(authenticator, never()).authenticate(any(), any());
    }

    @Test
    void callWhenItAsksForTheHealthThenNeedsNoToken() {
        for (MethodDescriptor<?, ?> method : List.of(HealthGrpc.getCheckMethod(), HealthGrpc.getWatchMethod())) {
            call.method = method.getFullMethodName();

            intercept();
        }

        assertThat(call.answered).hasSize(2);
        assertThat(call.closed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "OVERLOADED, RESOURCE_EXHAUSTED, busy",
        "TOO_MANY_ATTEMPTS, RESOURCE_EXHAUSTED, busy: rate limit exceeded",
        "REQUEST_TIMEOUT, DEADLINE_EXCEEDED, busy",
        "STORAGE_UNAVAILABLE, UNAVAILABLE, busy: service unavailable",
        "SELF_DROP, INTERNAL, busy: privilege not permitted"
    })
    void callWhenTheTokenCannotBeCheckedThenIsAStatusOfGrpc(Problem problem, Code code, String text) {
        fail(new ProblemException(problem, "busy"));

        intercept();

        assertRefused(code, text);
    }

    @Test
    void callWhenCheckingTheTokenFailsThenTheClientGetsAnIdAndTheLogTheRest(CapturedOutput log) {
        fail(new IllegalStateException("inside"));

        intercept();

        String id = String.valueOf(call.trailers.get(0).get(ID));
        assertRefused(Code.INTERNAL, "service internal error: request id " + id);
        assertThat(log.getOut())
                .contains("request failed: interface=grpc method=a.Service/Method requestId=" + id)
                .contains("java.lang.IllegalStateException: inside");
    }

    @Test
    void callWhenTheThrottleRefusesThenIsAnsweredOnlyWhenItWasHeldLongEnough() {
        fail(new ProblemException(Problem.TOO_MANY_ATTEMPTS, "busy"));
        List<Runnable> answers = new ArrayList<>();
        when(held.hold(eq(Problem.TOO_MANY_ATTEMPTS), any()))
                .thenAnswer(asked ->
                        answers.add(asked.<Supplier<Runnable>>getArgument(1).get()));

        intercept();
        assertThat(call.closed).isEmpty();
        answers.forEach(Runnable::run);

        assertRefused(Code.RESOURCE_EXHAUSTED, "busy: rate limit exceeded");
    }

    @Test
    void callWhenTheTokenIsWrongThenIsNotHeld() {
        authorize("user_1:wrong");

        intercept();

        verify(held, never()).hold(any(), any());
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "2001:db8:0:0:0:0:0:7"})
    void callWhenItComesOverTheInternetThenItsAddressIsTheSockets(String address) throws UnknownHostException {
        call.from = new InetSocketAddress(InetAddress.getByName(address), 4711);

        assertThat(client().address()).isEqualTo(address);
        verify(addresses).of(address, Set.of());
    }

    @Test
    void callWhenItsSocketHasNoAddressThenIsNamedAsItIs() {
        call.from = InetSocketAddress.createUnresolved("somewhere", 4711);

        assertThat(client().address()).startsWith("somewhere");

        call.from = new SocketAddress() {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                return "a file";
            }
        };

        assertThat(client().address()).isEqualTo("a file");
    }

    @Test
    void callWhenAProxySaysWhomItIsForThenAllOfThatIsJudged() {
        metadata.put(key("x-forwarded-for"), "192.0.2.1, 192.0.2.2");
        metadata.put(key("x-forwarded-for"), "192.0.2.3");
        List<String> judged = new ArrayList<>();
        when(addresses.of(any(), any())).thenAnswer(asked -> {
            asked.<Iterable<String>>getArgument(1).forEach(judged::add);
            return "192.0.2.1";
        });

        assertThat(client().address()).isEqualTo("192.0.2.1");
        assertThat(judged).containsExactly("192.0.2.1, 192.0.2.2", "192.0.2.3");
    }

    private void authorize(String token) {
        metadata.put(AUTHORIZATION, Http.base64(token));
    }

    private void fail(RuntimeException failure) {
        authorize("user_1:Milvus");
        doThrow(failure).when(authenticator).authenticate(any(), any());
    }

    /** Whom the method is told of. */
    private Client client() {
        metadata.removeAll(AUTHORIZATION);
        authorize("user_1:Milvus");
        known.clear();
        intercept();
        return known.get(0).caller().client();
    }

    private ServerCall.Listener<byte[]> intercept() {
        ServerCall.Listener<byte[]> listener = interceptor.interceptCall(call, metadata, (answered, head) -> {
            call.answered.add(answered);
            Optional.ofNullable(GrpcCall.current()).ifPresent(known::add);
            return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                    halfClosed++;
                }
            };
        });
        assertThat(listener).isNotNull();
        return listener;
    }

    private void assertRefused(Code code, String text) {
        assertThat(call.closed).singleElement().satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(code);
            assertThat(status.getDescription()).isEqualTo(text);
        });
        assertThat(call.trailers.get(0).get(ID)).matches("[0-9a-f]{16}");
        assertThat(call.answered).isEmpty();
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** A call that remembers how it ended. */
    private static final class RecordedCall extends ServerCall<byte[], byte[]> {

        private final List<ServerCall<byte[], byte[]>> answered = new ArrayList<>();
        private final List<Status> closed = new ArrayList<>();
        private final List<Metadata> trailers = new ArrayList<>();
        private int sent;
        private String method = "a.Service/Method";
        private SocketAddress from = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {
            sent++;
        }

        @Override
        public void sendMessage(byte[] message) {
            sent++;
        }

        @Override
        public void close(Status status, Metadata metadata) {
            sent++;
            closed.add(status);
            trailers.add(metadata);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.newBuilder()
                    .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, from)
                    .build();
        }

        @Override
        public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
            return MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(method)
                    .build();
        }
    }

    private static String userName(GrpcCall call) {
        return ((ProvenUser) call.caller()).name();
    }
}
