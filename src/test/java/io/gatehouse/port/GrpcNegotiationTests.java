package io.gatehouse.port;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.gatehouse.address.ClientConnection;
import io.gatehouse.port.GrpcNegotiation.Handover;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.internal.GrpcUtil;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What we rely on in grpc-java that it promises nobody. */
class GrpcNegotiationTests {

    /** Beside the classes that are called internal, those that only they hand out. */
    private static final DescribedPredicate<JavaClass> INTERNAL = DescribedPredicate.describe(
            "are internal to grpc-java",
            type -> type.getPackageName().equals("io.grpc.internal")
                    || type.getName().matches("io\\.grpc\\.netty\\.(Internal.*|Grpc.*Handler|ProtocolNegotiat.*)"));

    private static final Connections.Place PLACE = new Connections(
                    new PortSettings(
                            1,
                            1,
                            1,
                            1,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ZERO,
                            null),
                    address -> false)
            .admit(InetAddress.getLoopbackAddress(), () -> {})
            .orElseThrow();

    @Test
    void grpcWhenUpgradedThenSomebodyHasToLook() {
        assertThat(GrpcUtil.getGrpcBuildVersion().getImplementationVersion())
                .as("grpc-java was upgraded. GrpcNegotiation uses what it calls internal: look at the changes of"
                        + " ProtocolNegotiators, NettyServerTransport and WriteBufferingAndExceptionHandler, run FrontIT, TlsIT,"
                        + " FrontLimitsIT and FrontShutdownIT, and write the new version here")
                .isEqualTo("1.84.1");
    }

    @Test
    void internalClassesWhenUsedThenInOnePlace() {
        var ours = new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages("io.gatehouse");

        noClasses()
                .that()
                .doNotBelongToAnyOf(GrpcNegotiation.class)
                .should()
                .dependOnClassesThat(INTERNAL)
                .check(ours);
    }

    @Test
    void toGrpcWhenCalledThenTheCallIsGrpcsAndTheAddressesAreKnown() throws Exception {
        var attributes = new CompletableFuture<Attributes>();
        Server server = start(attributes, (context, handover) -> handover.toGrpc(context, PLACE, null));
        var connection = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .build();
        try {
            Status status = call(connection);

            assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            Attributes known = attributes.get(30, TimeUnit.SECONDS);
            assertThat(known.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)).isInstanceOf(InetSocketAddress.class);
            assertThat(known.get(ClientConnection.KEY)).isSameAs(PLACE);
            assertThat(known.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR))
                    .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
        } finally {
            connection.shutdownNow();
            server.shutdownNow();
        }
    }

    @Test
    void notGrpcWhenCalledThenGrpcNeitherClosesNorWaitsForTheConnection() throws Exception {
        Server server = start(new CompletableFuture<>(), (context, handover) -> {
            handover.notGrpc();
            context.pipeline().addAfter(context.name(), null, new Answering());
        });
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.getOutputStream().write('?');
            assertThat(socket.getInputStream().read()).isEqualTo('!');

            TimeUnit.MILLISECONDS.sleep(600);
            boolean ended = server.shutdown().awaitTermination(30, TimeUnit.SECONDS);
            socket.getOutputStream().write('?');

            assertThat(ended).isTrue();
            assertThat(socket.getInputStream().read()).isEqualTo('!');
        }
    }

    private static Status call(io.grpc.Channel connection) {
        try {
            ClientCalls.blockingUnaryCall(
                    connection,
                    PortEndpoints.ECHO,
                    CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                    new byte[0]);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    /** Starts a server whose connections are decided when something comes. */
    private static Server start(
            CompletableFuture<Attributes> attributes, BiConsumer<ChannelHandlerContext, Handover> decision)
            throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        GrpcNegotiation.credentials(
                                false,
                                Set.of("/" + PortEndpoints.ECHO.getFullMethodName()),
                                handover -> new Decider(handover, decision)))
                .handshakeTimeout(500, TimeUnit.MILLISECONDS)
                .addTransportFilter(new ServerTransportFilter() {

                    @Override
                    public Attributes transportReady(Attributes known) {
                        attributes.complete(known);
                        return known;
                    }
                })
                .build()
                .start();
    }

    private static final class Decider extends ChannelInboundHandlerAdapter {

        private final Handover handover;
        private final BiConsumer<ChannelHandlerContext, Handover> decision;
        private boolean decided;

        Decider(Handover handover, BiConsumer<ChannelHandlerContext, Handover> decision) {
            this.handover = handover;
            this.decision = decision;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!decided) {
                decided = true;
                decision.accept(context, handover);
            }
            context.fireChannelRead(message);
        }
    }

    /** Answers each byte with another. */
    @SuppressWarnings("FutureReturnValueIgnored") // the test reads what was written
    private static final class Answering extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            context.writeAndFlush(context.alloc().buffer().writeByte('!'), context.voidPromise());
        }
    }
}
