package io.gatehouse.grpc;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.address.ClientConnection;
import io.gatehouse.address.Network;
import io.gatehouse.authentication.Token;
import io.gatehouse.authentication.TokenAuthenticator;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.grpc.GrpcFace.BadToken;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.HeldRefusals;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads the token of every call, whether Gatehouse has its method or not, before any message of it is read. A few need none: {@link OpenCalls}.
 * The rest of a request may not be kept back for long: {@link AwaitedRequests}.
 *
 * <p>The metadata {@code authorization} holds the base64 of {@code user:password}; the first value counts, and nothing else that a
 * client sends says who it is.
 */
final class TokenInterceptor implements ServerInterceptor {

    /** The most calls with a token whose request has not come: it comes with the token, but from a client that means ill. */
    static final int MOST = 8192;

    /** The most of one network. */
    static final int MOST_OF_A_NETWORK = 2048;

    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final Metadata.Key<String> DATABASE = key("dbname");
    private static final Metadata.Key<String> FORWARDED_FOR = key(ClientAddresses.FORWARDED_FOR);
    private static final Metadata.Key<String> REQUEST_ID = key("x-request-id");

    private final TokenAuthenticator authenticator;
    private final ClientAddresses addresses;
    private final HeldRefusals held;
    private final GrpcFace face;
    private final OpenCalls open;
    private final AwaitedRequests awaited;

    TokenInterceptor(
            TokenAuthenticator authenticator,
            ClientAddresses addresses,
            HeldRefusals held,
            GrpcFace face,
            Duration requestTimeout) {
        this.authenticator = authenticator;
        this.addresses = addresses;
        this.held = held;
        this.face = face;
        this.open = new OpenCalls(requestTimeout);
        this.awaited = new AwaitedRequests(
                MOST, MOST_OF_A_NETWORK, requestTimeout, "too many calls at once whose request has not come");
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (OpenCalls.isOpen(method)) {
            return open.start(call, metadata, next);
        }
        String requestId = Client.nextRequestId();
        var answered = new CallWithId<>(call, requestId);
        GrpcCall known;
        try {
            Client client = client(call, metadata, requestId);
            Caller caller = GrpcCall.logged(client, () -> caller(call, metadata, client, method));
            known = new GrpcCall(
                    caller, Optional.ofNullable(metadata.get(DATABASE)).orElse(""));
        } catch (RefusedCall e) {
            Runnable answer = () -> answered.close(e.status(), e.trailers());
            boolean isHeld =
                    e.problem().map(problem -> held.hold(problem, () -> answer)).orElse(false);
            if (!isHeld) {
                answer.run();
            }
            return new ServerCall.Listener<>() {};
        }
        Supplier<Caller> again = () -> GrpcCall.logged(
                known.caller().client(),
                () -> caller(call, metadata, known.caller().client(), method));
        return awaited.start(
                Network.of(known.caller().client().address()),
                answered,
                () -> new CheckedAgain<>(
                        Contexts.interceptCall(known.context(call.getAttributes()), answered, metadata, next),
                        answered,
                        () -> {
                            if (!again.get().equals(known.caller())) {
                                throw Refusals.withoutReply(
                                        ProblemException.changedByOthers(), face, method, requestId);
                            }
                        }));
    }

    private Caller caller(ServerCall<?, ?> call, Metadata metadata, Client client, String method) {
        try {
            return authenticator.withoutToken(client).orElseGet(() -> proven(call, metadata, client));
        } catch (ProblemException e) {
            throw Refusals.withoutReply(e, face, method, client.requestId());
        } catch (RefusedCall e) {
            throw e;
        } catch (RuntimeException e) {
            throw Refusals.withoutReply(ProblemException.internalError(e), face, method, client.requestId());
        }
    }

    private Caller proven(ServerCall<?, ?> call, Metadata metadata, Client client) {
        Token token = Token.parse(text(metadata)).orElseThrow(() -> unauthenticated(BadToken.NO_USER));
        Caller caller = authenticator.authenticate(token, client).orElseThrow(this::wrongPassword);
        ClientConnection.showedValidToken(call.getAttributes());
        return caller;
    }

    private String text(Metadata metadata) {
        Iterable<String> values = metadata.getAll(AUTHORIZATION);
        Iterator<String> first = values == null ? Set.<String>of().iterator() : values.iterator();
        if (!first.hasNext()) {
            throw unauthenticated(BadToken.MISSING);
        }
        try {
            return StandardBase64.decode(first.next()).orElseThrow(this::wrongPassword);
        } catch (BadEncoding e) {
            throw unauthenticated(BadToken.MALFORMED);
        }
    }

    /** One text for an unknown user and a wrong password. */
    private RefusedCall wrongPassword() {
        return unauthenticated(BadToken.WRONG);
    }

    private RefusedCall unauthenticated(BadToken why) {
        return new RefusedCall(Status.UNAUTHENTICATED.withDescription(face.text(why)));
    }

    private Client client(ServerCall<?, ?> call, Metadata metadata, String requestId) {
        Iterable<String> forwardedFor = metadata.getAll(FORWARDED_FOR);
        String address = addresses.of(GrpcCall.address(call), forwardedFor == null ? Set.of() : forwardedFor);
        return new Client(Face.GRPC, address, requestId, GrpcCall.gone());
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** A client may let its message come long after its token, which may be worthless by then: such a call is checked once more. */
    private static final class CheckedAgain<Q> extends SimpleForwardingServerCallListener<Q> {

        private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();

        private final ServerCall<?, ?> call;
        private final Runnable check;
        private final long began = System.nanoTime();

        CheckedAgain(ServerCall.Listener<Q> listener, ServerCall<?, ?> call, Runnable check) {
            super(listener);
            this.call = call;
            this.check = check;
        }

        @Override
        public void onHalfClose() {
            if (System.nanoTime() - began > FRESH_NANOS) {
                try {
                    check.run();
                } catch (RefusedCall e) {
                    call.close(e.status(), e.trailers());
                    return;
                }
            }
            super.onHalfClose();
        }
    }

    /**
     * Tells the client, however the call ends, under which id the log has it. A call that is over answers nothing: after a stop nobody would
     * be there to send it, which gRPC would log as an error.
     */
    private static final class CallWithId<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private final String requestId;

        CallWithId(ServerCall<Q, R> call, String requestId) {
            super(call);
            this.requestId = requestId;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            if (!isOver()) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(R message) {
            if (!isOver()) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!isOver()) {
                trailers.put(REQUEST_ID, requestId);
                super.close(status, trailers);
            }
        }

        private static boolean isOver() {
            return Context.current().isCancelled();
        }
    }
}
