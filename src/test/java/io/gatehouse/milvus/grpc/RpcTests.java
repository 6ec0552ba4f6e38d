package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Grpc;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.milvus.grpc.CreateRoleRequest;
import io.milvus.grpc.DropRoleRequest;
import io.milvus.grpc.ListAliasesRequest;
import io.milvus.grpc.ListAliasesResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How calls end, over a connection, with methods that Gatehouse does not have. */
@ExtendWith(OutputCaptureExtension.class)
class RpcTests {

    private static final Metadata.Key<String> ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SERVICE = "milvus.proto.milvus.MilvusService/";

    /** What the methods fail with. */
    private final AtomicReference<RuntimeException> failure =
            new AtomicReference<>(new ProblemException(Problem.INTERNAL_ERROR, "no"));

    private final GrpcPort port = TestRpcs.port(() -> List.of(
            Rpc.of(MilvusServiceGrpc.getCreateRoleMethod(), (call, request) -> {
                throw failure.get();
            }),
            Rpc.of(MilvusServiceGrpc.getDropRoleMethod(), MilvusOperation.DROP_USER, (call, request) -> {
                throw failure.get();
            }),
            Rpc.of(
                    MilvusServiceGrpc.getListAliasesMethod(),
                    (call, request) -> ListAliasesResponse.newBuilder()
                            .setCollectionName(request.getCollectionName())
                            .setDbName(call.requestId() + " " + MDC.get("requestId") + " " + MDC.get("interface"))
                            .build())));

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void callWhenAnsweredThenItsLogLinesNameIt() {
        String[] named = aliases("books").getDbName().split(" ", -1);

        assertThat(named[0]).matches("[0-9a-f]{16}");
        assertThat(named).containsExactly(named[0], named[0], "grpc");
    }

    @ParameterizedTest
    @CsvSource({
        "TOO_MANY_ATTEMPTS, RESOURCE_EXHAUSTED, no: rate limit exceeded",
        "OVERLOADED, RESOURCE_EXHAUSTED, no",
        "REQUEST_TIMEOUT, DEADLINE_EXCEEDED, no",
        "PERMISSION_DENIED, PERMISSION_DENIED, no",
        "UNAUTHENTICATED, UNAUTHENTICATED, user hasn't authenticated"
    })
    void callWhenClientsMayTryAgainOrHaveNoRightThenIsAStatusOfGrpc(Problem problem, Code code, String text) {
        failure.set(new ProblemException(problem, "no"));

        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, this::call);

        assertThat(refused.getStatus().getCode()).isEqualTo(code);
        assertThat(refused.getStatus().getDescription()).isEqualTo(text);
        assertThat(StatusProto.fromThrowable(refused).getDetailsList()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TOO_MANY_ATTEMPTS", "OVERLOADED", "REQUEST_TIMEOUT", "PERMISSION_DENIED", "UNAUTHENTICATED"})
    void callWhenRefusedForAnotherReasonThenIsAReplyThatSaysSo(Problem problem) {
        failure.set(new ProblemException(problem, "no"));

        assertThat(call().getCode()).isNotZero();
    }

    @Test
    void callWhenItIsToBeWaitedThenTheStatusSaysHowLong() throws Exception {
        failure.set(new ProblemException(Problem.TOO_MANY_ATTEMPTS, "no").withRetryAfter(Duration.ofMillis(1500)));

        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, this::call);

        com.google.rpc.Status details = Objects.requireNonNull(StatusProto.fromThrowable(refused));
        assertThat(details.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED.value());
        assertThat(details.getMessage()).isEqualTo("no: rate limit exceeded");
        var delay = details.getDetails(0).unpack(RetryInfo.class).getRetryDelay();
        assertThat(delay.getSeconds()).isEqualTo(1);
        assertThat(delay.getNanos()).isEqualTo(500_000_000);
    }

    @ParameterizedTest
    @CsvSource({"books, books", "b-c, default"})
    void callWhenAnOperationIsDeniedThenNamesPrivilegeCallerAndDatabase(String database, String shown) {
        failure.set(new ProblemException(Problem.PERMISSION_DENIED, "no"));

        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> port.stubOf(database).dropRole(DropRoleRequest.getDefaultInstance()));

        assertThat(refused.getStatus().getDescription())
                .isEqualTo("PrivilegeDropOwnership: permission deny to root in the `%s` database".formatted(shown));
    }

    @Test
    @SuppressWarnings("deprecation") // the field error_code
    void callWhenAnOperationFailsThenTheReplyHasItsOldCodeAndNothingThatMilvusLeavesOut() {
        failure.set(new ProblemException(Problem.USER_NOT_FOUND, "no"));

        Status status = port.stub().dropRole(DropRoleRequest.getDefaultInstance());

        assertThat(status.getErrorCodeValue()).isEqualTo(31);
        assertThat(status.getReason()).isEqualTo("failed to check if delete credential: username is empty");
        assertThat(status.getDetail()).isEmpty();
    }

    @Test
    void callWhenThereIsABugThenTheClientGetsAnIdAndTheLogTheRest(CapturedOutput log) {
        failure.set(new IllegalStateException("inside"));

        Status status = call();

        assertThat(status.getCode()).isEqualTo(5);
        assertThat(status.getReason()).matches("service internal error: request id [0-9a-f]{16}");
        assertThat(status.getDetail()).isEqualTo(status.getReason());
        assertThat(log.getOut())
                .contains("request failed: interface=grpc method=" + SERVICE + "CreateRole requestId="
                        + status.getReason().substring(status.getReason().length() - 16))
                .contains("java.lang.IllegalStateException: inside");
    }

    @Test
    void callWhenTheDatabaseFailsThenTheLogSaysWhy(CapturedOutput log) {
        failure.set(ProblemException.storageUnavailable(new IllegalStateException("inside")));

        assertThat(call().getReason()).isEqualTo("the database does not answer: service unavailable");
        assertThat(log.getOut()).contains("java.lang.IllegalStateException: inside");
    }

    @Test
    void callWhenTheClientIsAtFaultThenLogsNothing(CapturedOutput log) {
        failure.set(new ProblemException(Problem.SELF_DROP, "no"));

        assertThat(call().getReason()).isEqualTo("no: privilege not permitted");
        assertThat(log.getOut()).doesNotContain("request failed");
    }

    @Test
    void callWhenTheReplyIsAsLargeAsItMayBeThenComesAndALargerOneDoesNot() {
        int rest = aliases("").getSerializedSize();
        // Two more bytes of its length and one of its tag
        String longest = "x".repeat(GrpcPort.MOST_BYTES - rest - 3);

        assertThat(aliases(longest).getSerializedSize()).isEqualTo(GrpcPort.MOST_BYTES);
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> aliases(longest + "x"));
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("the reply is larger than 4096 bytes (proxy.grpc.serverMaxSendSize)");
        assertThat(Objects.requireNonNull(refused.getTrailers()).get(ID)).matches("[0-9a-f]{16}");
    }

    @Test
    void callWhenTheRequestIsNoMessageThenIsRefusedWithoutALogLine(CapturedOutput log) {
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> call("CreateRole", new byte[] {(byte) 0xff}));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription()).isEqualTo("the request is not a valid message");
        assertThat(log.getOut()).doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void callWhenTheRequestIsTooLargeThenIsRefusedHoweverSmallItTravelled(String compression) {
        var request = CreateRoleRequest.newBuilder()
                .setEntity(RoleEntity.newBuilder().setName("x".repeat(GrpcPort.MOST_BYTES)))
                .build();

        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> port.stub().withCompression(compression).createRole(request));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Search", "NoSuchMethod"})
    void callWhenTheMethodIsNotThereThenSaysWhatGatehouseIs(String method) {
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> call(method, new byte[0]));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("not implemented: this is Gatehouse, which keeps users only");
        assertThat(Objects.requireNonNull(refused.getTrailers()).get(ID)).matches("[0-9a-f]{16}");
    }

    private Status call() {
        return port.stub().createRole(CreateRoleRequest.getDefaultInstance());
    }

    private byte[] call(String method, byte[] request) {
        return Grpc.call(port.channel(), SERVICE + method, Grpc.metadata("root:Milvus"), request);
    }

    private ListAliasesResponse aliases(String collection) {
        return port.stub()
                .listAliases(ListAliasesRequest.newBuilder()
                        .setCollectionName(collection)
                        .build());
    }
}
