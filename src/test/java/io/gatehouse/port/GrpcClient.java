package io.gatehouse.port;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gRPC client with root's token, on a connection of its own. */
final class GrpcClient implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel connection;

    GrpcClient(GatehouseServer server) {
        this(server, "localhost", null);
    }

    /** Connects to an address, with TLS when there is a context for it. */
    GrpcClient(GatehouseServer server, String host, @Nullable SslContext tls) {
        var builder = NettyChannelBuilder.forAddress(
                new InetSocketAddress(host, server.uri("/").getPort()));
        builder.overrideAuthority("localhost").maxInboundMessageSize(Integer.MAX_VALUE);
        connection = tls == null
                ? builder.usePlaintext().build()
                : builder.sslContext(tls).build();
    }

    Channel channel() {
        var headers = new Metadata();
        headers.put(AUTHORIZATION, Http.base64("root:Milvus"));
        return ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    ManagedChannel connection() {
        return connection;
    }

    @Override
    public void close() {
        connection.shutdownNow();
        try {
            if (!connection.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the connection does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
