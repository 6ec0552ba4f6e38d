package io.gatehouse.grpc;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.address.ClientConnection;
import io.gatehouse.authentication.EveryUser;
import io.gatehouse.testing.Grpc;
import io.gatehouse.throttle.HeldRefusals;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.mock.env.MockEnvironment;

/**
 * gRPC's server as {@link GrpcConfiguration} sets it up, with methods of the test's own and without a database, for {@link EveryUser}.
 */
public final class GrpcPort implements AutoCloseable {

    /** The most bytes of a message, either way. */
    public static final int MOST_BYTES = 4096;

    private final CallThreads threads = new CallThreads(new MockEnvironment());
    private final Server server;
    private final ManagedChannel channel;
    private final AtomicBoolean connectionClosed = new AtomicBoolean();

    /** Serves a face. */
    public GrpcPort(GrpcFace face, GrpcSettings settings, BindableService service) {
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addTransportFilter(new ServerTransportFilter() {

                    @Override
                    public Attributes transportReady(Attributes attributes) {
                        return attributes.toBuilder()
                                .set(ClientConnection.KEY, connection())
                                .build();
                    }
                })
                .addService(service);
        new GrpcConfiguration()
                .calls(
                        EveryUser.authenticator(),
                        addresses(),
                        mock(HeldRefusals.class),
                        threads,
                        face,
                        settings,
                        new GatehouseGrpcSettings(256, Duration.ofSeconds(30), true),
                        new SimpleMeterRegistry())
                .customize(builder);
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
    }

    /** Whether a call has ended its connection; it lives on here. */
    public boolean isConnectionClosed() {
        return connectionClosed.get();
    }

    private ClientConnection connection() {
        ClientConnection connection = mock(ClientConnection.class);
        doAnswer(asked -> {
                    connectionClosed.set(true);
                    return null;
                })
                .when(connection)
                .closeNow();
        return connection;
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** A stub with the token of {@code root}. */
    public MilvusServiceBlockingStub stub() {
        return stub(Grpc.metadata("root:Milvus"));
    }

    public MilvusServiceBlockingStub stub(Metadata metadata) {
        return MilvusServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** A stub that names a database as clients do for the whole connection. */
    public MilvusServiceBlockingStub stubOf(String database) {
        Metadata metadata = Grpc.metadata("root:Milvus");
        metadata.put(Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER), database);
        return stub(metadata);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        threads.destroy();
    }

    /** Trusts no proxy. */
    static ClientAddresses addresses() {
        ClientAddresses addresses = mock(ClientAddresses.class);
        when(addresses.of(any(), any())).thenAnswer(asked -> asked.getArgument(0));
        return addresses;
    }
}
