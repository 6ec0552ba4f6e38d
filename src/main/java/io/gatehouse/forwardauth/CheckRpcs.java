package io.gatehouse.forwardauth;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.gatehouse.address.ClientAddresses;
import io.gatehouse.address.ClientConnection;
import io.gatehouse.authentication.TokenAuthenticator;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.GrpcFace;
import io.gatehouse.grpc.GrpcFace.BadToken;
import io.gatehouse.grpc.Received;
import io.gatehouse.grpc.Refusals;
import io.gatehouse.grpc.RefusedCall;
import io.gatehouse.milvus.RestFailure;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.HeldRefusals;
import io.grpc.BindableService;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Forward authentication for Envoy ({@code envoy.service.auth.v3.Authorization}): what {@code VerifyController} answers over HTTP, in Envoy's
 * protocol. Whoever calls needs no token of its own, for the question is about somebody else's, and what is guessed here counts as
 * a guess anywhere.
 *
 * <p>A denied gRPC call carries Milvus' text as the body, which Envoy makes the status message of the call.
 */
@Component
class CheckRpcs implements BindableService {

    private static final String METHOD = AuthorizationGrpc.getCheckMethod().getFullMethodName();

    /** Envoy writes names in lower case. */
    private static final String AUTHORIZATION = "authorization";

    private static final String CONTENT_TYPE = "content-type";
    private static final String GRPC = "application/grpc";
    private static final String USER_AGENT = "user-agent";

    /** Up to 2.5 a Milvus takes whoever sends it for one of its own parts (CVE-2025-64513). */
    private static final String SOURCE_ID = "sourceid";

    private final TokenAuthenticator authenticator;
    private final ClientAddresses addresses;
    private final HeldRefusals held;
    private final GrpcFace face;
    private final JsonMapper json;

    CheckRpcs(
            TokenAuthenticator authenticator,
            ClientAddresses addresses,
            HeldRefusals held,
            GrpcFace face,
            JsonMapper json) {
        this.authenticator = authenticator;
        this.addresses = addresses;
        this.held = held;
        this.face = face;
        this.json = json;
    }

    /** Lets the port know what Envoy may ask. */
    @Bean
    static ServiceDescriptor authorizationMethods() {
        return AuthorizationGrpc.getServiceDescriptor();
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerCallHandler<Received<CheckRequest>, CheckResponse> check = (call, metadata) -> {
            return ServerCalls.<Received<CheckRequest>, CheckResponse>asyncUnaryCall(
                            (request, proxy) -> check(call, request, proxy))
                    .startCall(call, metadata);
        };
        return ServerServiceDefinition.builder(AuthorizationGrpc.SERVICE_NAME)
                .addMethod(Received.by(AuthorizationGrpc.getCheckMethod()), check)
                .build();
    }

    private void check(ServerCall<?, ?> call, Received<CheckRequest> received, StreamObserver<CheckResponse> proxy) {
        // Envoy may give up before a refusal that is held back is sent; without this the answer would be an exception
        ((ServerCallStreamObserver<CheckResponse>) proxy).setOnCancelHandler(() -> {});
        AttributeContext asked;
        try {
            asked = received.orRefuse().getAttributes();
        } catch (RefusedCall e) {
            proxy.onError(e.status().asRuntimeException());
            return;
        }
        Map<String, String> headers = asked.getRequest().getHttp().getHeadersMap();
        var client = new Client(
                Face.FORWARD_AUTH,
                address(GrpcCall.address(call), asked, headers),
                Client.nextRequestId(),
                GrpcCall.gone());
        try {
            Caller caller = GrpcCall.logged(client, () -> caller(call, headers, client));
            answer(proxy, allowed(caller));
        } catch (ProblemException e) {
            Refusals.logWhatTheOperatorHasToKnow(e, METHOD, client.requestId());
            CheckResponse denied = denied(e, headers, client);
            if (!held.hold(e.problem(), () -> () -> answer(proxy, denied))) {
                answer(proxy, denied);
            }
        }
    }

    /** As far as the connection is a trusted proxy's; what it says of its own client stands behind what that says of others. */
    private String address(String proxyAddress, AttributeContext asked, Map<String, String> headers) {
        List<String> hops = Stream.of(
                        headers.getOrDefault(ClientAddresses.FORWARDED_FOR, ""),
                        asked.getSource().getAddress().getSocketAddress().getAddress())
                .filter(hop -> !hop.isEmpty())
                .toList();
        return addresses.of(proxyAddress, hops);
    }

    private Caller caller(ServerCall<?, ?> call, Map<String, String> headers, Client client) {
        try {
            return authenticator.withoutToken(client).orElseGet(() -> proven(call, headers, client));
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ProblemException.internalError(e);
        }
    }

    /** Envoy joins several values with commas: no token in base64 has one, and what is no token is refused. */
    private Caller proven(ServerCall<?, ?> call, Map<String, String> headers, Client client) {
        List<String> values = Stream.ofNullable(headers.get(AUTHORIZATION)).toList();
        Caller caller = authenticator
                .callerOf(values, client)
                .orElseThrow(() -> new ProblemException(
                        Problem.UNAUTHENTICATED, face.text(values.isEmpty() ? BadToken.MISSING : BadToken.WRONG)));
        ClientConnection.showedValidToken(call.getAttributes());
        return caller;
    }

    private static CheckResponse allowed(Caller caller) {
        var ok = OkHttpResponse.newBuilder().addHeadersToRemove(SOURCE_ID);
        Identity.of(caller).forEach((name, value) -> ok.addHeaders(header(lowerCase(name), value)));
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(Code.OK.value()))
                .setOkResponse(ok)
                .build();
    }

    private CheckResponse denied(ProblemException refused, Map<String, String> headers, Client client) {
        Denial denial = Denial.of(refused, headers.get(USER_AGENT));
        String text = refused.problem().kind() == Problem.Kind.UNAUTHENTICATED
                ? refused.sentence()
                : Refusals.text(refused, face.text(refused), client.requestId());
        boolean grpc = Optional.ofNullable(headers.get(CONTENT_TYPE))
                .filter(type -> type.startsWith(GRPC))
                .isPresent();
        var answer = DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(StatusCode.forNumber(denial.status())))
                .setBody(grpc ? text : json(denial.failure()));
        denial.headers()
                .forEach((name, values) -> values.forEach(value -> answer.addHeaders(header(lowerCase(name), value))));
        if (!grpc) {
            answer.addHeaders(header(lowerCase(HttpHeaders.CONTENT_TYPE), MediaType.APPLICATION_JSON_VALUE));
        }
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(code(denial).value()).setMessage(text))
                .setDeniedResponse(answer)
                .build();
    }

    private String json(RestFailure failure) {
        return json.writeValueAsString(failure);
    }

    private static Code code(Denial denial) {
        return switch (denial.status()) {
            case 401 -> Code.UNAUTHENTICATED;
            case 503 -> Code.UNAVAILABLE;
            default -> Code.INTERNAL;
        };
    }

    /** In place of one that the client sent. */
    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static void answer(StreamObserver<CheckResponse> proxy, CheckResponse answer) {
        proxy.onNext(answer);
        proxy.onCompleted();
    }
}
