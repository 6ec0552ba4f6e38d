package io.gatehouse.port;

import io.grpc.ServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/** Makes the gRPC server that owns the port, with credentials that let us see each connection first. */
final class PortServerFactory extends NettyGrpcServerFactory {

    private final InetSocketAddress listenAddress;
    private final ServerCredentials credentials;

    PortServerFactory(
            InetSocketAddress listenAddress,
            ServerCredentials credentials,
            List<ServerBuilderCustomizer<NettyServerBuilder>> customizers) {
        super("*:" + listenAddress.getPort(), customizers, null, null, null);
        this.listenAddress = listenAddress;
        this.credentials = credentials;
    }

    @Override
    protected NettyServerBuilder newServerBuilder() {
        return NettyServerBuilder.forAddress(listenAddress, credentials);
    }
}
