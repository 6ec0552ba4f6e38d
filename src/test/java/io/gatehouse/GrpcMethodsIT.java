package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.ProxyServiceGrpc;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method that Milvus' protos have, and some that nobody has: what stands in front of it, and what is behind. */
class GrpcMethodsIT {

    private static final String MILVUS = MilvusServiceGrpc.SERVICE_NAME + "/";
    private static final Set<String> ANSWERED = Stream.of(
                    "Connect",
                    "GetVersion",
                    "CheckHealth",
                    "CreateCredential",
                    "UpdateCredential",
                    "DeleteCredential",
                    "ListCredUsers",
                    "SelectUser",
                    "SelectRole",
                    "OperateUserRole",
                    "ListDatabases",
                    "DescribeDatabase",
                    "ShowCollections",
                    "HasCollection",
                    "DescribeCollection",
                    "BackupRBAC",
                    "RestoreRBAC")
            .map(MILVUS::concat)
            .collect(Collectors.toCollection(TreeSet::new));

    private static GatehouseServer server;
    private static Grpc grpc;

    @BeforeAll
    static void start() {
        server = GatehouseServer.shared(TestDatabase.H2);
        grpc = new Grpc(server);
    }

    static Stream<String> methods() {
        return MilvusServiceGrpc.getServiceDescriptor().getMethods().stream().map(MethodDescriptor::getFullMethodName);
    }

    static Stream<String> methodsOfNoService() {
        return Stream.concat(
                ProxyServiceGrpc.getServiceDescriptor().getMethods().stream().map(MethodDescriptor::getFullMethodName),
                Stream.of(
                        MILVUS + "Nothing",
                        MILVUS + "connect",
                        "milvus.proto.milvus.Nothing/Connect",
                        "MilvusService/Connect",
                        "nothing/nothing",
                        "nothing",
                        "/",
                        "envoy.service.auth.v3.Authorization/check",
                        "envoy.service.auth.v2.Authorization/Check",
                        "grpc.health.v1.Health/list",
                        "grpc.health.v1.Health/check",
                        "grpc.health.v1.health/Check",
                        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                        "grpc.channelz.v1.Channelz/GetServers"));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void callWhenThereIsNoTokenThenIsUnauthenticated(String method) {
        StatusRuntimeException refused = refusal(method, null);

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refused.getStatus().getDescription()).isEqualTo("missing authorization in header");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void callWhenTokenIsWrongThenIsUnauthenticated(String method) {
        StatusRuntimeException refused = refusal(method, "root:wrong");

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("auth check failure, please check username and password are correct");
    }

    static Stream<String> methodsNobodyAnswers() {
        return methods().filter(method -> !ANSWERED.contains(method));
    }

    @ParameterizedTest
    @MethodSource("methodsNobodyAnswers")
    void callWhenNobodyAnswersTheMethodThenSaysWhatGatehouseIs(String method) {
        StatusRuntimeException refused = refusal(method, "root:Milvus");

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("not implemented: this is Gatehouse, which keeps users only");
    }

    /** One that a newer Milvus has is among them: its clients go on when they are told UNIMPLEMENTED. */
    @ParameterizedTest
    @MethodSource("methodsOfNoService")
    void callWhenNoServiceHasTheMethodThenIsToldTheSameWithAnyToken(String method) {
        for (String token : Arrays.asList(null, "root:wrong", "root:Milvus")) {
            StatusRuntimeException refused = refusal(method, token);

            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(refused.getStatus().getDescription())
                    .isEqualTo("not implemented: over HTTP/2 this is gRPC, and there is no such method");
        }
    }

    @Test
    void methodsWhenComparedWithTheProtosThenThoseThatAreAnsweredAreKnownHere() {
        Set<String> registered = server.beans(BindableService.class).stream()
                .map(BindableService::bindService)
                .flatMap(service -> service.getMethods().stream())
                .map(ServerMethodDefinition::getMethodDescriptor)
                .map(MethodDescriptor::getFullMethodName)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> expected = new TreeSet<>(ANSWERED);
        expected.add(HealthGrpc.getCheckMethod().getFullMethodName());
        expected.add(HealthGrpc.getWatchMethod().getFullMethodName());
        expected.add(AuthorizationGrpc.getCheckMethod().getFullMethodName());
        assertThat(registered).isEqualTo(expected);
        assertThat(methods().collect(Collectors.toSet())).containsAll(ANSWERED);
        assertThat(methods().count()).isGreaterThan(100);
    }

    private static StatusRuntimeException refusal(String method, @Nullable String token) {
        Metadata metadata = Grpc.metadata(token);
        return catchThrowableOfType(StatusRuntimeException.class, () -> grpc.call(method, metadata, new byte[0]));
    }
}
