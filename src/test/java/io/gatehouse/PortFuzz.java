package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.MilvusServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.LoggerFactory;

/**
 * A whole Gatehouse, whose root password nobody can guess; {@code @TOKEN@} stands for root's token, where a line is the header
 * with it: in a path it would rightly come back in the answer.
 */
class PortFuzz {

    private static final String PLACE = "@TOKEN@";
    private static final String HEADER = "\r\nAuthorization: Bearer " + PLACE + "\r\n";
    private static final String TOKEN = "root:" + UUID.randomUUID();
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");
    private static final Pattern USER_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,31}");
    private static final Pattern FAILURE = Pattern.compile("HTTP/1\\.1 5(?!0[135] )");

    /** What only somebody who was let in gets to see. */
    private static final List<String> INSIDE = List.of("\"createdAt\"", "\"administrator\"", "\"code\":0", "\"roles\"");

    /** The description of the API is for everybody, and has examples of these. */
    private static final String DESCRIPTION = "\"openapi\":";

    private static final String WATCH = "grpc.health.v1.Health/Watch";
    private static final Set<Status.Code> CLEAR = Set.of(
            Status.Code.OK,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.UNAUTHENTICATED,
            Status.Code.UNIMPLEMENTED,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.NOT_FOUND);

    private static final Map<String, MethodDescriptor> METHODS =
            MilvusServiceGrpc.getServiceDescriptor().getMethods().stream()
                    .collect(Collectors.toMap(
                            io.grpc.MethodDescriptor::getFullMethodName,
                            method -> ((ProtoMethodDescriptorSupplier)
                                            Objects.requireNonNull(method.getSchemaDescriptor()))
                                    .getMethodDescriptor()));

    private static final int CALLS_PER_CONNECTION = 500;

    private static final Errors ERRORS = new Errors();

    private static GatehouseServer server;
    private static ManagedChannel connection;
    private static long calls;

    @BeforeAll
    static void start() {
        server = GatehouseServer.start(TestDatabase.H2, "common.security.defaultRootPassword=" + TOKEN.substring(5));
        connection = server.newChannel();
        ERRORS.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(ERRORS);
    }

    @AfterAll
    static void stop() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(ERRORS);
        server.close();
    }

    /** Anything over HTTP is answered or closed, is no bug, lets nobody in without a token, and makes no impossible user. */
    @FuzzTest
    @DictionaryEntries({
        "GET ",
        "POST ",
        "PUT ",
        "DELETE ",
        " HTTP/1.1\\x0D\\x0AHost: localhost\\x0D\\x0A",
        "Authorization: Bearer @TOKEN@\\x0D\\x0A",
        "Authorization: ",
        "Basic ",
        "Content-Type: application/json\\x0D\\x0A",
        "Content-Length: ",
        "Transfer-Encoding: chunked\\x0D\\x0A",
        "/api/v1/users",
        "/api/v1/me",
        "/api/v1/roles",
        "/v2/vectordb/users/create",
        "/v2/vectordb/users/list",
        "/password",
        "/roles/admin",
        "?limit=1&after=",
        "\\x0D\\x0A\\x0D\\x0A",
        "{\\x22userName\\x22:\\x22",
        "\\x22,\\x22password\\x22:\\x22",
        "%00",
        "%2f",
        "//",
        "..;/"
    })
    void sendAnyHttp(byte[] input) throws IOException {
        // To anywhere else would be a finding
        BugDetectors.allowNetworkConnections((host, port) -> LOOPBACK.contains(host));
        boolean hasToken = new String(input, StandardCharsets.ISO_8859_1).contains(HEADER);

        String answer = new String(exchange(withToken(input)), StandardCharsets.UTF_8);

        assertThat(answer).doesNotContain(TOKEN.substring(5)).doesNotContainPattern(FAILURE);
        if (!hasToken && !answer.contains(DESCRIPTION)) {
            assertThat(INSIDE).noneMatch(answer::contains);
        }
        assertThat(ERRORS.seen).isEmpty();
        if (hasToken) {
            dropWhoeverWasMade(name -> true);
        }
    }

    /** METHOD, a line break, AUTHORIZATION, a line break, and then a request: answered with a clear status and by the rules. */
    @FuzzTest
    @DictionaryEntries({
        "milvus.proto.milvus.MilvusService/CreateCredential\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/UpdateCredential\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/DeleteCredential\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/OperateUserRole\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/SelectUser\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/SelectRole\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/DescribeCollection\\x0A@TOKEN@\\x0A",
        "milvus.proto.milvus.MilvusService/Connect\\x0A@TOKEN@\\x0A",
        "grpc.health.v1.Health/Check\\x0A",
        "root",
        "admin",
        "cEBzc3cwcmQ="
    })
    void sendAnyRpc(byte[] input) throws IOException {
        // To anywhere else would be a finding
        BugDetectors.allowNetworkConnections((host, port) -> LOOPBACK.contains(host));
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", 3);
        if (lines.length < 3 || !lines[0].matches("[!-~&&[^#?%]]{1,200}") || lines[0].equals(WATCH)) {
            return;
        }
        var metadata = new Metadata();
        boolean hasToken = lines[1].equals(PLACE);
        if (hasToken) {
            metadata.put(Grpc.AUTHORIZATION, Http.base64(TOKEN));
        } else if (!lines[1].isEmpty()) {
            metadata.put(Grpc.AUTHORIZATION, lines[1].replaceAll("[^ -~]", "?"));
        }
        byte[] request = lines[2].getBytes(StandardCharsets.ISO_8859_1);

        Status status = call(lines[0], metadata, request);

        assertThat(status.getCode()).as(status.toString()).isIn(CLEAR);
        if (!hasToken && !lines[0].startsWith("grpc.health.v1.")) {
            assertThat(status.getCode())
                    .isEqualTo(METHODS.containsKey(lines[0]) ? Status.Code.UNAUTHENTICATED : Status.Code.UNIMPLEMENTED);
        }
        Optional.ofNullable(METHODS.get(lines[0]))
                .filter(known -> hasToken && status.getCode() != Status.Code.UNIMPLEMENTED)
                .ifPresent(known -> assertThat(status.getCode() == Status.Code.INVALID_ARGUMENT)
                        .isNotEqualTo(isMessage(known, request)));
        assertThat(ERRORS.seen).isEmpty();
        if (hasToken) {
            dropWhoeverWasMade(name -> canLogIn(name, request));
        }
    }

    private static Status call(String method, Metadata metadata, byte[] request) {
        try {
            byte[] reply = Grpc.call(connection(), method, metadata, request);
            assertThat(new String(reply, StandardCharsets.UTF_8)).doesNotContain("internal error");
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    /** A connection for some of the calls: the client resets those that are refused early, and only so many are allowed. */
    private static Channel connection() {
        if (calls++ % CALLS_PER_CONNECTION == 0) {
            connection.shutdownNow();
            connection = server.newChannel();
        }
        return connection;
    }

    /** By the message's description, and not by the class that was generated from it. */
    private static boolean isMessage(MethodDescriptor method, byte[] request) {
        try {
            return DynamicMessage.parseFrom(method.getInputType(), ByteString.copyFrom(request))
                    .isInitialized();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    /** Who was created over gRPC logs in with the password of the request, which keeps the rules for its length. */
    private static boolean canLogIn(String userName, byte[] request) {
        String password;
        try {
            String base64 = CreateCredentialRequest.parseFrom(request).getPassword();
            password = new String(Base64.getDecoder().decode(base64.replaceAll("[\r\n]", "")), StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
        int length = password.codePointCount(0, password.length());
        return length >= 6
                && length <= 256
                && new Grpc(server).logIn(userName + ":" + password).refusal().isEmpty();
    }

    private static void dropWhoeverWasMade(Function<String, Boolean> isSound) {
        var grpc = new Grpc(server);
        List<String> names = new ArrayList<>(grpc.list(TOKEN).names());
        assertThat(names).contains("root");
        names.remove("root");
        for (String name : names) {
            assertThat(name).matches(USER_NAME);
            assertThat(isSound.apply(name)).as(name).isTrue();
            grpc.drop(TOKEN, name);
        }
    }

    private static byte[] exchange(byte[] bytes) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.uri("").getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    private static byte[] withToken(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1)
                .replace(HEADER, HEADER.replace(PLACE, TOKEN))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What was logged as a bug or an outage. */
    private static final class Errors extends AppenderBase<ILoggingEvent> {

        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                seen.add(event.getFormattedMessage());
            }
        }
    }
}
