package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.CreateRoleRequest;
import io.milvus.grpc.DropRoleRequest;
import io.milvus.grpc.ListAliasesRequest;
import io.milvus.grpc.ListAliasesResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** What a client gets when something fails inside: nothing of it, but the id under which the log has it. */
@ExtendWith(OutputCaptureExtension.class)
class RpcFailuresIT {

    private static final Pattern REQUEST_ID = Pattern.compile("service internal error: request id ([0-9a-f]{16})");
    private static final Metadata.Key<String> ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private final GatehouseServer server = GatehouseServer.shared(
            TestDatabase.H2, "spring.main.sources=" + FailingRpcs.class.getName(), "proxy.grpc.serverMaxSendSize=1024");
    private final Grpc grpc = new Grpc(server);

    /** Methods that Gatehouse does not have, for this test to fail in. */
    static class FailingRpcs {

        @Bean
        RpcGroup failingRpcs() {
            return () -> List.of(
                    Rpc.of(MilvusServiceGrpc.getCreateRoleMethod(), (call, request) -> {
                        throw new IllegalStateException(
                                "the inside of " + request.getEntity().getName());
                    }),
                    Rpc.of(MilvusServiceGrpc.getDropRoleMethod(), MilvusOperation.DROP_USER, (call, request) -> {
                        throw new ProblemException(
                                Problem.STORAGE_UNAVAILABLE,
                                "the database does not answer",
                                new IllegalStateException("jdbc:inside"));
                    }),
                    Rpc.of(
                            MilvusServiceGrpc.getListAliasesMethod(),
                            (call, request) -> ListAliasesResponse.newBuilder()
                                    .setCollectionName("x".repeat(1024))
                                    .build()));
        }
    }

    @Test
    void callWhenSomethingFailsInsideThenTheClientGetsAnIdAndTheLogTheRest(CapturedOutput output) {
        var request = CreateRoleRequest.newBuilder();
        request.getEntityBuilder().setName("Gatehouse");

        Status status = grpc.stub("root:Milvus").createRole(request.build());

        var reason = REQUEST_ID.matcher(status.getReason());
        assertThat(status.getCode()).isEqualTo(5);
        assertThat(reason.matches()).isTrue();
        assertThat(status.getDetail()).isEqualTo(status.getReason());
        assertThat(output.getOut())
                .contains(
                        "request failed: interface=grpc method=milvus.proto.milvus.MilvusService/CreateRole requestId="
                                + reason.group(1))
                .contains("[" + reason.group(1) + "]")
                .contains("java.lang.IllegalStateException: the inside of Gatehouse");
    }

    @Test
    void callWhenTheDatabaseFailsInsideThenIsUnavailableAndTheLogSaysWhy(CapturedOutput output) {
        Status status = grpc.stub("root:Milvus").dropRole(DropRoleRequest.getDefaultInstance());

        assertThat(status.getCode()).isEqualTo(2);
        assertThat(status.getReason()).isEqualTo("the database does not answer: service unavailable");
        assertThat(output.getOut()).contains("java.lang.IllegalStateException: jdbc:inside");
    }

    @Test
    void callWhenTheReplyIsOverTheLimitThenSaysWhichSettingIsInTheWay() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> grpc.stub("root:Milvus").listAliases(ListAliasesRequest.getDefaultInstance()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("the reply is larger than 1024 bytes (proxy.grpc.serverMaxSendSize)");
    }

    @Test
    void callWhenItEndsThenTheTrailersHaveTheIdThatTheLogHas(CapturedOutput output) {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> grpc.stub("root:wrong").createRole(CreateRoleRequest.getDefaultInstance()));

        String id = Objects.requireNonNull(refused.getTrailers()).get(ID);
        assertThat(output.getOut()).contains("[" + id + "]").contains("login refused: user=root address=127.0.0.1");
    }
}
