package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.grpc.LargeReply;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.testing.Await;
import io.gatehouse.throttle.AnswerMemory;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.ListCredUsersResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Replies that grow with the number of users, and clients that do not take them. */
class LargeReplyTests {

    private static final int MB = 1024 * 1024;
    private static final String NAME = "n".repeat(1000);

    /** More than a client's buffers take. */
    private static final int MANY = 12_000;

    private final AnswerMemory memory = new AnswerMemory(64 * MB, Duration.ZERO);

    @Test
    void replyWhenLargeThenIsOneMessageAndCountsUntilItsClientHasIt() {
        try (var port = TestRpcs.port(memory, 64 * MB, () -> List.of(names(2000)))) {
            ListCredUsersResponse reply = list(port);

            assertThat(reply.getUsernamesList()).hasSize(2000).containsOnly(NAME);
            Await.until("nothing is counted", () -> memory.used() == 0);
        }
    }

    @Test
    void replyWhenClientsReadNothingThenCountsAndOthersAreToldToTryAgainUntilTheyGo() {
        try (var port = TestRpcs.port(memory, 64 * MB, () -> List.of(names(MANY)))) {
            List<ClientCall<?, ?>> silent = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ClientCall<?, ?> call = withoutReading(port);
                silent.add(call);
                int calls = i + 1;
                Await.until("the reply waits for its client", () -> memory.used() > calls * 10L * MB);
            }

            assertThatThrownBy(() -> list(port)).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(refused.getStatus().getDescription()).isEqualTo("too many large answers at once");
            });

            silent.forEach(call -> call.cancel("enough", null));
            Await.until("nothing is counted", () -> memory.used() == 0);
            assertThat(list(port).getUsernamesCount()).isEqualTo(MANY);
        }
    }

    @Test
    void replyWhenItIsGivenUpThenItsConnectionEndsAndNothingIsCounted() {
        var giveUp = new CompletableFuture<Runnable>();
        Rpc<?, ?> names = Rpc.large(
                MilvusServiceGrpc.getListCredUsersMethod(), MilvusOperation.LIST_USERS, (call, request, reply) -> {
                    write(reply, MANY);
                    giveUp.complete(GrpcCall.giveUp());
                });
        try (var port = TestRpcs.port(memory, 64 * MB, () -> List.of(names))) {
            ClientCall<?, ?> call = withoutReading(port);

            giveUp.join().run();

            assertThat(port.isConnectionClosed()).isTrue();
            // As it happens when the connection ends
            call.cancel("ended", null);
            Await.until("nothing is counted", () -> memory.used() == 0);
        }
    }

    @Test
    void sendWhenTheClientTakesTooLongThenGivesUpAndNotOtherwise() throws IOException {
        var late = new AtomicBoolean();
        var inTime = new AtomicBoolean();
        try (var taken = new LargeReply(memory, "192.0.2.1", Duration.ZERO)) {
            write(taken, 200);
            try (InputStream bytes = taken.send(() -> inTime.set(true))) {
                assertThat(bytes.readAllBytes()).hasSize(taken.size());
            }
        }
        try (var waiting = new LargeReply(memory, "192.0.2.1", Duration.ZERO)) {
            write(waiting, 1);
            waiting.send(() -> late.set(true));

            Await.until("the reply is given up", late::get);
        }
        assertThat(inTime).isFalse();
    }

    private static ListCredUsersResponse list(GrpcPort port) {
        return port.stub().withMaxInboundMessageSize(64 * MB).listCredUsers(ListCredUsersRequest.getDefaultInstance());
    }

    private static Rpc<?, ?> names(int count) {
        return Rpc.large(
                MilvusServiceGrpc.getListCredUsersMethod(),
                MilvusOperation.LIST_USERS,
                (call, request, reply) -> write(reply, count));
    }

    private static void write(LargeReply reply, int names) {
        reply.expect((long) names * NAME.length());
        for (int i = 0; i < names; i++) {
            reply.add(ListCredUsersResponse.newBuilder().addUsernames(NAME).build());
        }
        reply.end();
    }

    private static ClientCall<?, ?> withoutReading(GrpcPort port) {
        ClientCall<ListCredUsersRequest, ListCredUsersResponse> call =
                port.stub().getChannel().newCall(MilvusServiceGrpc.getListCredUsersMethod(), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.sendMessage(ListCredUsersRequest.getDefaultInstance());
        call.halfClose();
        return call;
    }
}
