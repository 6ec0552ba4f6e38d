package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RawHttp2;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.DeleteCredentialRequest;
import io.milvus.grpc.ListCredUsersRequest;
import io.milvus.grpc.ListCredUsersResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.grpc.OperateUserRoleRequest;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.SelectRoleRequest;
import io.milvus.grpc.SelectRoleResponse;
import io.milvus.grpc.SelectUserRequest;
import io.milvus.grpc.SelectUserResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpdateCredentialRequest;
import io.milvus.grpc.UserEntity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Milvus' codes, old codes and texts, word by word; where Gatehouse differs on purpose, {@code docs/compatibility.md} says so. */
class GrpcBadInputIT {

    private static final String ROOT = "root:Milvus";
    private static final String PLAIN = "user_1:P@ssw0rd";
    private static final String ADMINISTRATOR = "adm:P@ssw0rd";
    private static final String SUPERUSER = "sup:P@ssw0rd";

    private static final String MISSING = "missing authorization in header";
    private static final String NOT_BASE64 = "invalid token format";
    private static final String BAD_API_KEY = "auth check failure, please check api key is correct";
    private static final String BAD_PASSWORD = "auth check failure, please check username and password are correct";

    private static final int UNEXPECTED_ERROR = 1;
    private static final int ILLEGAL_ARGUMENT = 5;

    private static GatehouseServer server;
    private static Grpc grpc;
    private static List<String> before;

    @BeforeAll
    static void createUsers() {
        server = GatehouseServer.start(
                TestDatabase.H2,
                "common.security.superUsers=sup",
                "proxy.grpc.serverMaxRecvSize=1048576",
                "gatehouse.grpc.calls-per-connection=3");
        grpc = new Grpc(server);
        grpc.create(ROOT, "user_1", "P@ssw0rd");
        grpc.create(ROOT, "adm", "P@ssw0rd");
        grpc.create(ROOT, "sup", "P@ssw0rd");
        grpc.grantRole(ROOT, "adm", "admin");
        grpc.grantRole(ROOT, "sup", "admin");
        before = grpc.list(ROOT).names();
    }

    @AfterEach
    void nothingChanged() {
        assertThat(grpc.list(ROOT).names()).isEqualTo(before);
        assertThat(grpc.logIn(PLAIN).refusal()).isEmpty();
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of(List.of(), MISSING),
                Arguments.of(List.of(""), BAD_API_KEY),
                Arguments.of(List.of("!!!not base64!!!"), NOT_BASE64),
                Arguments.of(List.of("root:Milvus"), NOT_BASE64),
                Arguments.of(List.of("Bearer root:Milvus"), NOT_BASE64),
                Arguments.of(List.of("Bearer cm9vdDpNaWx2dXM="), NOT_BASE64),
                Arguments.of(List.of("Basic cm9vdDpNaWx2dXM="), NOT_BASE64),
                Arguments.of(List.of("cm9vdDpNaWx2dXM"), NOT_BASE64),
                Arguments.of(List.of("cm9vdDpNaWx2dXM=="), NOT_BASE64),
                Arguments.of(List.of("cm9vdA=="), BAD_API_KEY),
                Arguments.of(List.of("YWJjZGVmMDEyMzQ1Njc4OQ=="), BAD_API_KEY),
                Arguments.of(List.of(Http.base64("@@milvus-member@@")), BAD_API_KEY),
                Arguments.of(List.of(Http.base64(":")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64(":Milvus")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:milvus")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:Milvus:x")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:Milvus ")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64(" root:Milvus")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:Milvus\n")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("ROOT:Milvus")), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("nobody:Milvus")), BAD_PASSWORD),
                Arguments.of(List.of(base64(0xff, 0xfe, ':', 0xff)), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:" + "x".repeat(5000))), BAD_PASSWORD),
                Arguments.of(List.of(Http.base64("root:wrong"), Http.base64(ROOT)), BAD_PASSWORD),
                Arguments.of(List.of("", Http.base64(ROOT)), BAD_API_KEY));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void callWhenTokenIsNotValidThenSaysWhyAsMilvus(List<String> values, String text) {
        var metadata = new Metadata();
        values.forEach(value -> metadata.put(Grpc.AUTHORIZATION, value));

        StatusRuntimeException refused = refusal(metadata);

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
        assertThat(refused.getStatus().getDescription()).isEqualTo(text);
    }

    @Test
    void callWhenThereAreTwoTokensThenTheFirstCounts() {
        Metadata metadata = Grpc.metadata(ROOT);
        metadata.put(Grpc.AUTHORIZATION, Http.base64("root:wrong"));

        ListCredUsersResponse answer = grpc.stub(metadata).listCredUsers(ListCredUsersRequest.getDefaultInstance());

        assertThat(answer.getUsernamesList()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sourceid", "x-forwarded-user", "x-remote-user", "x-user", "user", "username", "token"})
    void callWhenAnInternalNameSaysWhoItIsThenHasNoEffect(String name) {
        // A Milvus reads the first value, and up to 2.5 takes the first of these (CVE-2025-64513)
        for (String value : List.of(Http.base64("@@milvus-member@@"), "@@milvus-member@@", "root", Http.base64(ROOT))) {
            var metadata = new Metadata();
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);

            assertThat(refusal(metadata).getStatus().getDescription()).as(value).isEqualTo(MISSING);
        }
    }

    /** The server says how much it takes, so a client refuses to send more, in its own words. */
    @Test
    void callWhenMetadataIsTooLargeThenTheClientIsToldAndTheConnectionGoesOn() {
        var metadata = new Metadata();
        metadata.put(Grpc.AUTHORIZATION, "x".repeat(64 * 1024));

        StatusRuntimeException refused = refusal(metadata);

        assertThat(refused).hasRootCauseMessage("Header size exceeded max allowed size (16384)");
    }

    @Test
    void requestWhenItsHeadIsTooLargeThenOnlyItFails() {
        Map<String, String> large = request(Map.of("authorization", "x".repeat(17 * 1024)));
        Map<String, String> small = request(Map.of("content-type", "application/json"));
        try (var connection = new RawHttp2(server)) {
            connection.request(1, large);
            String first = connection.awaitHeaders().status().toString();
            connection.request(3, small);
            String second = connection.awaitHeaders().status().toString();

            assertThat(List.of(first, second)).containsExactly("431", "415");
        }
    }

    @Test
    void requestWhenItsHeadIsMuchTooLargeThenOnlyItsConnectionEnds() {
        try (var connection = new RawHttp2(server)) {
            connection.request(1, request(Map.of("authorization", "x".repeat(24 * 1024))));

            assertThat(connection.await(RawHttp2.GO_AWAY).errorCode()).isEqualTo(1);
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                failed(
                        ROOT,
                        create("", "P@ssw0rd"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "username must be not empty: invalid parameter"),
                failed(
                        ROOT,
                        CreateCredentialRequest.getDefaultInstance(),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "username must be not empty: invalid parameter"),
                failed(
                        ROOT,
                        create("a".repeat(33), "P@ssw0rd"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid username " + "a".repeat(33)
                                + " with length 33, the length of username must be less than 32: invalid parameter"),
                failed(
                        ROOT,
                        create("0a", "P@ssw0rd"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid user name 0a, the first character must be a letter, but got 0: invalid parameter"),
                failed(
                        ROOT,
                        create("n@me", "P@ssw0rd"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid user name n@me, username must contain only numbers, letters and underscores, but got @: invalid parameter"),
                failed(
                        ROOT,
                        create("user_2", "1234"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid password length: invalid parameter[4 out of range 6 <= value <= 256]"),
                failed(
                        ROOT,
                        encoded("user_2", ""),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid password length: invalid parameter[0 out of range 6 <= value <= 256]"),
                failed(
                        ROOT,
                        encoded("user_2", "plain text pw!"),
                        65535,
                        UNEXPECTED_ERROR,
                        "decode password fail: illegal base64 data at input byte 5"),
                failed(
                        ROOT,
                        encoded("user_2", "UEBzc3cwcmQ"),
                        65535,
                        UNEXPECTED_ERROR,
                        "decode password fail: illegal base64 data at input byte 8"),
                failed(
                        ROOT,
                        encoded("user_2", base64(0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe)),
                        65535,
                        UNEXPECTED_ERROR,
                        "decode password fail: the password is not UTF-8"),
                failed(
                        ROOT,
                        encoded("0a", "plain text pw!"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid user name 0a, the first character must be a letter, but got 0: invalid parameter"),
                failed(ROOT, create("user_1", "P@ssw0rd"), 65535, 29, "user already exists: user_1"),
                failed(
                        PLAIN,
                        update("user_1", "wrong", "P@ssw0rd1"),
                        1400,
                        UNEXPECTED_ERROR,
                        "old password not correct for user_1: not authenticated"),
                failed(
                        ROOT,
                        update("user_1", "", "P@ssw0rd1"),
                        1400,
                        UNEXPECTED_ERROR,
                        "old password not correct for user_1: not authenticated"),
                failed(
                        ROOT,
                        update("nobody", "P@ssw0rd", "P@ssw0rd1"),
                        1400,
                        UNEXPECTED_ERROR,
                        "old password not correct for nobody: not authenticated"),
                failed(
                        ROOT,
                        update("", "P@ssw0rd", "P@ssw0rd1"),
                        1400,
                        UNEXPECTED_ERROR,
                        "old password not correct for : not authenticated"),
                failed(
                        SUPERUSER,
                        update("nobody", "", "P@ssw0rd1"),
                        65535,
                        30,
                        "failed to check if update credential: user not found"),
                failed(
                        PLAIN,
                        update("user_1", "wrong", "12345"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid password length: invalid parameter[5 out of range 6 <= value <= 256]"),
                failed(
                        ROOT,
                        UpdateCredentialRequest.getDefaultInstance(),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid password length: invalid parameter[0 out of range 6 <= value <= 256]"),
                failed(
                        PLAIN,
                        encoded("user_1", "!!!", "!!!!"),
                        65535,
                        UNEXPECTED_ERROR,
                        "decode old password failed: illegal base64 data at input byte 0"),
                failed(
                        SUPERUSER,
                        encoded("user_1", "!!!", Http.base64("P@ssw0rd1")),
                        65535,
                        UNEXPECTED_ERROR,
                        "decode old password failed: illegal base64 data at input byte 0"),
                failed(
                        PLAIN,
                        encoded("user_1", Http.base64("wrong"), "UEBz!"),
                        65535,
                        UNEXPECTED_ERROR,
                        "decode password failed: illegal base64 data at input byte 4"),
                failed(
                        ROOT,
                        delete("root"),
                        1401,
                        UNEXPECTED_ERROR,
                        "root user cannot be deleted: privilege not permitted"),
                failed(
                        ADMINISTRATOR,
                        delete("root"),
                        1401,
                        UNEXPECTED_ERROR,
                        "root user cannot be deleted: privilege not permitted"),
                failed(
                        ADMINISTRATOR,
                        delete("adm"),
                        1401,
                        UNEXPECTED_ERROR,
                        "user cannot drop itself: privilege not permitted"),
                failed(ROOT, delete(""), 65535, 31, "failed to check if delete credential: username is empty"),
                failed(ROOT, selectUser(""), 1100, ILLEGAL_ARGUMENT, "username must be not empty: invalid parameter"),
                failed(
                        ROOT,
                        selectUser("na me"),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "invalid user name na me, username must contain only numbers, letters and underscores, but got  : invalid parameter"),
                failed(
                        ROOT,
                        selectRole(""),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "role name should be not empty: invalid parameter[expected=not empty][actual=]"),
                failed(
                        ROOT,
                        OperateUserRoleRequest.getDefaultInstance(),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "username must be not empty: invalid parameter"),
                failed(
                        ROOT,
                        operate("user_1", "", 0),
                        1100,
                        ILLEGAL_ARGUMENT,
                        "role name should be not empty: invalid parameter[expected=not empty][actual=]"),
                failed(
                        ROOT,
                        operate("user_1", "nothing", 0),
                        65535,
                        37,
                        "not found the role, maybe the role isn't existed or internal system error"),
                failed(
                        ROOT,
                        operate("user_1", "nothing", 1),
                        65535,
                        37,
                        "not found the role, maybe the role isn't existed or internal system error"),
                failed(
                        ROOT,
                        operate("nobody", "admin", 0),
                        65535,
                        37,
                        "failed to check if operate user role: not found the user, maybe the user isn't existed or internal system error"),
                failed(
                        ROOT,
                        operate("user_1", "admin", 7),
                        65535,
                        UNEXPECTED_ERROR,
                        "invalid operate user role type, operate type: 7"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void callWhenSomethingIsWrongThenRepliesAsMilvus(
            String token, MessageLite request, int code, int legacyCode, String reason) {
        Status status = status(Grpc.metadata(token), request);

        assertThat(status.getCode()).isEqualTo(code);
        assertThat(legacyCode(status)).isEqualTo(legacyCode);
        assertThat(status.getReason()).isEqualTo(reason);
        assertThat(status.getDetail()).isEqualTo(legacyCode >= 29 ? "" : reason);
    }

    static Stream<Arguments> denials() {
        return Stream.of(
                Arguments.of(create("user_2", "P@ssw0rd"), "CreateOwnership"),
                Arguments.of(encoded("0a", "plain text pw!"), "CreateOwnership"),
                Arguments.of(delete("root"), "DropOwnership"),
                Arguments.of(delete("user_1"), "DropOwnership"),
                Arguments.of(delete(""), "DropOwnership"),
                Arguments.of(update("root", "Milvus", "P@ssw0rd"), "UpdateUser"),
                Arguments.of(encoded("root", "!!!", "!!!"), "UpdateUser"),
                Arguments.of(ListCredUsersRequest.getDefaultInstance(), "SelectOwnership"),
                Arguments.of(selectUser("root"), "SelectUser"),
                Arguments.of(selectUser(""), "SelectUser"),
                Arguments.of(SelectUserRequest.getDefaultInstance(), "SelectUser"),
                Arguments.of(SelectRoleRequest.getDefaultInstance(), "SelectOwnership"),
                Arguments.of(selectRole("nothing"), "SelectOwnership"),
                Arguments.of(operate("user_1", "admin", 0), "ManageOwnership"),
                Arguments.of(operate("user_1", "admin", 1), "ManageOwnership"),
                Arguments.of(operate("user_1", "admin", 7), "ManageOwnership"));
    }

    @ParameterizedTest
    @MethodSource("denials")
    void callWhenCallerMayNotThenIsDeniedBeforeAnythingElse(MessageLite request, String privilege) {
        for (Map.Entry<String, String> database : databases().entrySet()) {
            Metadata metadata = Grpc.metadata(PLAIN);
            metadata.put(Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER), database.getKey());

            StatusRuntimeException denied =
                    catchThrowableOfType(StatusRuntimeException.class, () -> status(metadata, request));

            assertThat(denied.getStatus().getCode()).isEqualTo(Code.PERMISSION_DENIED);
            assertThat(denied.getStatus().getDescription())
                    .isEqualTo("Privilege%s: permission deny to user_1 in the `%s` database"
                            .formatted(privilege, database.getValue()));
        }
    }

    private static Map<String, String> databases() {
        return Map.of(
                "",
                "default",
                "books",
                "books",
                "not a name",
                "default",
                "a".repeat(255),
                "a".repeat(255),
                "a".repeat(256),
                "default");
    }

    @Test
    void callWhenAnUnknownFieldIsSentThenIsIgnored() {
        var unknown = UnknownFieldSet.newBuilder()
                .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("from the future"))
                                .build())
                .build();

        SelectUserResponse answer = grpc.stub(ROOT)
                .selectUser(
                        selectUser("adm").toBuilder().setUnknownFields(unknown).build());

        assertThat(answer.getResultsList())
                .singleElement()
                .extracting(result ->
                        result.getRolesList().stream().map(RoleEntity::getName).toList())
                .isEqualTo(List.of("admin"));
    }

    @Test
    void callWhenNothingIsAskedForByNameThenListsAll() {
        SelectUserResponse users = grpc.stub(ROOT).selectUser(SelectUserRequest.getDefaultInstance());
        SelectUserResponse usersWithRoles = grpc.stub(ROOT)
                .selectUser(
                        SelectUserRequest.newBuilder().setIncludeRoleInfo(true).build());
        SelectUserResponse nobody = grpc.stub(ROOT).selectUser(selectUser("nobody"));
        SelectRoleResponse roles = grpc.stub(ROOT)
                .selectRole(
                        SelectRoleRequest.newBuilder().setIncludeUserInfo(true).build());
        SelectRoleResponse rolesAlone = grpc.stub(ROOT).selectRole(SelectRoleRequest.getDefaultInstance());
        SelectRoleResponse nothing = grpc.stub(ROOT).selectRole(selectRole("nothing"));

        assertThat(users.getResultsList())
                .extracting(result -> result.getUser().getName())
                .isEqualTo(before);
        assertThat(users.getResultsList()).allMatch(result -> result.getRolesCount() == 0);
        assertThat(usersWithRoles.getResultsList())
                .filteredOn(result -> result.getRolesCount() > 0)
                .extracting(result -> result.getUser().getName())
                .containsExactly("adm", "sup");
        assertThat(nobody)
                .isEqualTo(SelectUserResponse.newBuilder()
                        .setStatus(Status.getDefaultInstance())
                        .build());
        assertThat(roles.getResultsList())
                .extracting(result -> result.getRole().getName())
                .containsExactly("admin", "public");
        assertThat(roles.getResults(0).getUsersList())
                .extracting(UserEntity::getName)
                .containsExactly("adm", "sup");
        assertThat(rolesAlone.getResultsList()).allMatch(result -> result.getUsersCount() == 0);
        assertThat(nothing)
                .isEqualTo(SelectRoleResponse.newBuilder()
                        .setStatus(Status.getDefaultInstance())
                        .build());
    }

    static Stream<byte[]> nonsense() {
        return Stream.of(
                new byte[] {(byte) 0xff},
                new byte[] {0x12, 0x7f, 'x'},
                // A name that is not UTF-8
                new byte[] {0x12, 0x02, (byte) 0xff, (byte) 0xfe},
                "nonsense".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void callWhenRequestIsNoMessageThenSaysSoAndTheConnectionGoesOn(byte[] request) {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> grpc.call(
                        MilvusServiceGrpc.getCreateCredentialMethod().getFullMethodName(),
                        Grpc.metadata(ROOT),
                        request));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription()).isEqualTo("the request is not a valid message");
    }

    @Test
    void callWhenMessageIsOverTheLimitThenRefusedAndTheConnectionGoesOn() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> grpc.stub(ROOT).createCredential(encoded("user_2", "x".repeat(1024 * 1024))));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription()).startsWith("gRPC message exceeds maximum size 1048576:");
    }

    @Test
    void callWhenCompressedMessageIsOverTheLimitThenRefusedAndTheConnectionGoesOn() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> grpc.stub(ROOT)
                        .withCompression("gzip")
                        .createCredential(encoded("user_2", "x".repeat(8 * 1024 * 1024))));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription()).startsWith("Decompressed gRPC message exceeds maximum size");
    }

    /** One call more than a connection may have under way: none of them may be left behind. */
    @ParameterizedTest
    @ValueSource(strings = {"CreateCredential", "Search"})
    void callWhenALargeMessageComesWithoutATokenThenIsRefusedUnreadAndLeavesNothingBehind(String method) {
        for (int call = 0; call < 4; call++) {
            StatusRuntimeException refused = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> grpc.call(
                            MilvusServiceGrpc.SERVICE_NAME + "/" + method, new Metadata(), new byte[8 * 1024 * 1024]));

            assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
            assertThat(refused.getStatus().getDescription()).isEqualTo(MISSING);
        }
    }

    @Test
    void callWhenRefusedBeforeItsMessageCameThenItsStreamEnds() {
        try (var connection = new RawHttp2(server)) {
            connection.head(1, request(Map.of()));

            assertThat(connection.awaitHeaders().get("grpc-status")).hasToString("16");
            assertThat(connection.await(RawHttp2.RST_STREAM).errorCode()).isZero();
        }
    }

    @Test
    void callsWhenMoreAreUnderWayThanAConnectionMayHaveThenFurtherOnesAreRefused() {
        try (var connection = new RawHttp2(server)) {
            for (int stream = 1; stream <= 7; stream += 2) {
                connection.head(stream, request(Map.of("authorization", Http.base64(ROOT))));
            }

            RawHttp2.Frame refused = connection.await(RawHttp2.RST_STREAM);
            assertThat(refused.stream()).isEqualTo(7);
            assertThat(refused.errorCode()).isEqualTo(7);
        }
    }

    @Test
    void frameWhenOverTheLimitThenOnlyItsConnectionEnds() {
        try (var connection = new RawHttp2(server)) {
            connection.frame(0xffffff, RawHttp2.DATA, 0, 1, new byte[0]);

            assertThat(connection.await(RawHttp2.GO_AWAY).errorCode()).isEqualTo(6);
        }
    }

    @Test
    void callsWhenOpenedAndGivenUpByTheThousandThenOnlyTheirConnectionEnds() {
        try (var connection = new RawHttp2(server)) {
            for (int stream = 1; stream <= 2001; stream += 2) {
                connection.head(stream, request(Map.of("authorization", Http.base64(ROOT))));
                connection.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
            }

            assertThat(connection.await(RawHttp2.GO_AWAY).errorCode()).isEqualTo(11);
        }
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(Map.of("content-type", "application/grpc-web+proto"), "415"),
                Arguments.of(Map.of("content-type", "application/json"), "415"),
                Arguments.of(Map.of("content-type", ""), "415"),
                Arguments.of(Map.of(":method", "GET"), "405"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestWhenItIsNotGrpcThenHasAStatusOfHttp(Map<String, String> fields, String status) {
        try (var connection = new RawHttp2(server)) {
            connection.request(1, request(fields));

            assertThat(connection.awaitHeaders().status()).hasToString(status);
        }
    }

    private static Map<String, String> request(Map<String, String> fields) {
        Map<String, String> request = new LinkedHashMap<>();
        request.put(":method", "POST");
        request.put(":scheme", "http");
        request.put(":path", "/milvus.proto.milvus.MilvusService/Connect");
        request.put(":authority", "localhost");
        request.put("te", "trailers");
        request.put("content-type", "application/grpc");
        request.putAll(fields);
        return request;
    }

    private static Arguments failed(String token, MessageLite request, int code, int legacyCode, String reason) {
        return Arguments.of(token, request, code, legacyCode, reason);
    }

    private static StatusRuntimeException refusal(Metadata metadata) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> status(metadata, ListCredUsersRequest.getDefaultInstance()));
    }

    private static Status status(Metadata metadata, MessageLite request) {
        MilvusServiceBlockingStub stub = grpc.stub(metadata);
        if (request instanceof CreateCredentialRequest create) {
            return stub.createCredential(create);
        }
        if (request instanceof UpdateCredentialRequest update) {
            return stub.updateCredential(update);
        }
        if (request instanceof DeleteCredentialRequest delete) {
            return stub.deleteCredential(delete);
        }
        if (request instanceof ListCredUsersRequest list) {
            return stub.listCredUsers(list).getStatus();
        }
        if (request instanceof SelectUserRequest select) {
            return stub.selectUser(select).getStatus();
        }
        if (request instanceof SelectRoleRequest select) {
            return stub.selectRole(select).getStatus();
        }
        return stub.operateUserRole((OperateUserRoleRequest) request);
    }

    @SuppressWarnings("deprecation") // clients that know no other field look at it
    private static int legacyCode(Status status) {
        return status.getErrorCodeValue();
    }

    private static String base64(int... bytes) {
        var encoded = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            encoded[i] = (byte) bytes[i];
        }
        return Base64.getEncoder().encodeToString(encoded);
    }

    private static CreateCredentialRequest create(String userName, String password) {
        return encoded(userName, Http.base64(password));
    }

    private static CreateCredentialRequest encoded(String userName, String password) {
        return CreateCredentialRequest.newBuilder()
                .setUsername(userName)
                .setPassword(password)
                .build();
    }

    private static UpdateCredentialRequest update(String userName, String oldPassword, String newPassword) {
        return encoded(userName, Http.base64(oldPassword), Http.base64(newPassword));
    }

    private static UpdateCredentialRequest encoded(String userName, String oldPassword, String newPassword) {
        return UpdateCredentialRequest.newBuilder()
                .setUsername(userName)
                .setOldPassword(oldPassword)
                .setNewPassword(newPassword)
                .build();
    }

    private static DeleteCredentialRequest delete(String userName) {
        return DeleteCredentialRequest.newBuilder().setUsername(userName).build();
    }

    private static SelectUserRequest selectUser(String userName) {
        return SelectUserRequest.newBuilder()
                .setUser(UserEntity.newBuilder().setName(userName))
                .setIncludeRoleInfo(true)
                .build();
    }

    private static SelectRoleRequest selectRole(String roleName) {
        return SelectRoleRequest.newBuilder()
                .setRole(RoleEntity.newBuilder().setName(roleName))
                .build();
    }

    private static OperateUserRoleRequest operate(String userName, String roleName, int type) {
        return OperateUserRoleRequest.newBuilder()
                .setUsername(userName)
                .setRoleName(roleName)
                .setTypeValue(type)
                .build();
    }
}
