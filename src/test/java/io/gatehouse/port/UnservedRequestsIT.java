package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RawHttp2;
import io.gatehouse.testing.TestDatabase;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a request over HTTP/2 is answered that calls no method of a service: nothing that a proxy could take for a yes. */
@ExtendWith(OutputCaptureExtension.class)
class UnservedRequestsIT {

    private static final String SERVICE = "/milvus.proto.milvus.MilvusService/";
    private static final String CHECK = "/grpc.health.v1.Health/Check";

    private static final List<String> METHODS =
            List.of("POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "post", "QUERY");
    private static final List<String> CONTENT_TYPES = List.of(
            "application/grpc",
            "application/grpc+proto",
            "application/grpc;charset=utf-8",
            "APPLICATION/GRPC",
            "application/grpc-web",
            "application/json",
            "",
            "none");

    private static final List<String> REFUSAL = List.of(
            ":status: 404",
            "content-type: application/grpc",
            "grpc-status: 12",
            "grpc-message: not implemented: over HTTP/2 this is gRPC, and there is no such method");

    private static final byte[] NO_MESSAGE_FIELDS = new byte[5];

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2, PortEndpoints.SETTING);

    static Stream<String> requests() {
        return Stream.of(
                "/api/v1/verify",
                "/api/v1/verify/milvus.proto.milvus.MilvusService/Search",
                "/api/v1/verify?x=" + SERVICE + "Connect",
                "/api/v1/me",
                "/api/v1/users",
                "/v2/vectordb/users/list",
                "/healthz",
                "/livez",
                "/swagger-ui.html",
                "/swagger-ui/index.html",
                "/v3/api-docs",
                "/port/who",
                "/",
                "//",
                "*",
                "",
                "milvus.proto.milvus.MilvusService/Connect",
                "/" + SERVICE + "Connect",
                SERVICE,
                SERVICE + "Connect/",
                SERVICE + "Connect?x=1",
                SERVICE + "Connect#x",
                SERVICE + "Connect;x=1",
                SERVICE + "connect",
                SERVICE + "%43onnect",
                SERVICE + "../MilvusService/Connect",
                SERVICE + "AMethodOfTheNextVersion",
                "/MILVUS.PROTO.MILVUS.MILVUSSERVICE/CONNECT",
                "/milvus.proto.milvus.MilvusService%2FConnect",
                "/api/v1/verify" + SERVICE + "Connect",
                "http://localhost" + SERVICE + "Connect",
                "/milvus.proto.milvus.ProxyService/RegisterLink",
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                "/nobody.Knows/It");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestWhenItsPathIsNoMethodThenIsAnswered404WhateverElseItIs(String path) {
        try (var http2 = new RawHttp2(server)) {
            assertRefused(http2, path);
        }
    }

    /** Asks for a path in every way on one new connection, which then still takes a call. */
    static void assertRefused(RawHttp2 http2, String path) {
        int stream = 1;
        for (String method : METHODS) {
            for (String contentType : CONTENT_TYPES) {
                for (String token : List.of("", "wrong", Http.base64("root:Milvus"))) {
                    http2.request(stream, fields(method, path, contentType, token));
                    stream += 2;

                    assertThat(text(http2.awaitHeaders()))
                            .as("%s %s %s", method, path, contentType)
                            .isEqualTo(REFUSAL);
                }
            }
        }
        http2.head(stream, fields("POST", CHECK, "application/grpc", ""));
        http2.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, NO_MESSAGE_FIELDS);
        assertThat(http2.awaitHeaders().status()).hasToString("200");
    }

    @Test
    void requestWhenItHasNoPathThenIsAnswered404() {
        try (var http2 = new RawHttp2(server)) {
            http2.request(1, Map.of(":method", "CONNECT", ":authority", "localhost"));

            assertThat(text(http2.awaitHeaders())).isEqualTo(REFUSAL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Connect,POST,application/grpc,200",
        "Connect,POST,application/grpc+proto,200",
        "Search,POST,application/grpc,200",
        "Connect,GET,application/grpc,405",
        "Search,HEAD,application/grpc,405",
        "Connect,OPTIONS,application/grpc,405",
        "Connect,POST,application/json,415",
        "Search,POST,none,415",
        "Connect,GET,application/json,415"
    })
    void requestWhenItsPathIsAMethodThenIsGrpcs(String method, String httpMethod, String contentType, String status) {
        try (var http2 = new RawHttp2(server)) {
            http2.request(1, fields(httpMethod, SERVICE + method, contentType, ""));

            Http2Headers answer = http2.awaitHeaders();

            assertThat(answer.status()).hasToString(status);
            assertThat(answer.get("grpc-status")).hasToString(status.equals("200") ? "16" : "13");
        }
    }

    @Test
    void requestWhenItsMessageNeverEndsThenItsStreamDoes() {
        try (var http2 = new RawHttp2(server)) {
            for (int stream = 1; stream < 1001; stream += 2) {
                http2.head(stream, fields("POST", "/api/v1/verify", "application/grpc", ""));

                assertThat(text(http2.awaitHeaders())).isEqualTo(REFUSAL);
                assertThat(http2.await(RawHttp2.RST_STREAM).errorCode()).isZero();
                // On its way when the stream ended; all of them are more than a connection may have
                http2.frame(RawHttp2.DATA, 0, stream, new byte[16_384]);
            }
        }
    }

    @Test
    void requestWhenFramesComeAfterItsEndThenTheLogSaysNothing(CapturedOutput output) {
        try (var http2 = new RawHttp2(server)) {
            // Later the stream is forgotten, and its frames are another matter
            http2.inOnePiece(() -> {
                http2.head(1, fields("POST", "/api/v1/verify", "application/grpc", ""));
                http2.frame(RawHttp2.DATA, 0, 1, new byte[64]);
                http2.request(1, Map.of("trailer", "x"));
            });
            assertThat(text(http2.awaitHeaders())).isEqualTo(REFUSAL);
            http2.await(RawHttp2.RST_STREAM);
            http2.frame(RawHttp2.DATA, 0, 1, new byte[64]);
            http2.request(1, Map.of("trailer", "x"));

            http2.request(3, fields("POST", "/api/v1/verify", "application/grpc", ""));
            assertThat(text(http2.awaitHeaders())).isEqualTo(REFUSAL);
        }
        assertThat(output)
                .doesNotContain("ignoring")
                .doesNotContain(DefaultHttp2ConnectionDecoder.class.getSimpleName());
    }

    /** No gRPC client sends trailers. They end a request like the end of its message, and must not keep its place. */
    @Test
    void requestWhenItEndsWithTrailersThenIsAnsweredAsWithoutThem() {
        try (var http2 = new RawHttp2(server)) {
            http2.head(1, fields("POST", CHECK, "application/grpc", ""));
            http2.frame(RawHttp2.DATA, 0, 1, NO_MESSAGE_FIELDS);
            http2.request(1, Map.of("trailer", "x"));

            assertThat(http2.awaitHeaders().status()).hasToString("200");
            assertThat(http2.await(RawHttp2.DATA).payload().readableBytes()).isEqualTo(7);
            assertThat(http2.awaitHeaders().get("grpc-status")).hasToString("0");
        }
    }

    /** Without a token there is room for 2048 of an address ({@code grpc.OpenCalls}). */
    @Test
    void requestsWhenTheyEndWithTrailersInPlaceOfAMessageThenLeaveNothing() {
        try (var http2 = new RawHttp2(server)) {
            for (int stream = 1; stream < 4201; stream += 2) {
                http2.head(stream, fields("POST", CHECK, "application/grpc", ""));
                http2.request(stream, Map.of("trailer", "x"));

                assertThat(text(http2.awaitHeaders())).contains(":status: 200", "grpc-status: 13");
            }
        }
    }

    private static List<String> text(Http2Headers headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .map(field -> field.getKey() + ": " + field.getValue())
                .toList();
    }

    private static Map<String, String> fields(String method, String path, String contentType, String token) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(":method", method);
        fields.put(":scheme", "http");
        fields.put(":authority", "localhost");
        fields.put(":path", path);
        fields.put("te", "trailers");
        if (!contentType.equals("none")) {
            fields.put("content-type", contentType);
        }
        if (!token.isEmpty()) {
            fields.put("authorization", token);
        }
        return fields;
    }
}
