package io.gatehouse.port;

import io.gatehouse.address.ClientConnection;
import io.gatehouse.port.Connections.Place;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.SecurityLevel;
import io.grpc.ServerCredentials;
import io.grpc.internal.GrpcAttributes;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Where grpc-netty lets us see a connection before it does. Everything that grpc-java calls internal is used in this class and
 * nowhere else; {@code GrpcNegotiationTests} shows what we rely on.
 */
final class GrpcNegotiation {

    private GrpcNegotiation() {}

    /**
     * Credentials of a server whose every connection begins with a handler of ours.
     *
     * @param tls whether the port speaks TLS, which that handler has to add
     * @param served the paths of all methods that gRPC answers
     * @param newcomer makes the handler of one new connection
     */
    static ServerCredentials credentials(boolean tls, Set<String> served, Function<Handover, ChannelHandler> newcomer) {
        return InternalNettyServerCredentials.create(new Negotiator(tls ? "https" : "http", served, newcomer));
    }

    /** The end of negotiation: a connection is gRPC's, or it is not. */
    static final class Handover {

        private final GrpcHttp2ConnectionHandler grpc;
        private final Set<String> served;

        private Handover(GrpcHttp2ConnectionHandler grpc, Set<String> served) {
            this.grpc = grpc;
            this.served = served;
        }

        /**
         * Gives the connection to gRPC, which reads on from the handler of {@code context}; that one has to remove itself next.
         *
         * @param session the TLS session; null without TLS
         */
        void toGrpc(ChannelHandlerContext context, Place place, @Nullable SSLSession session) {
            Attributes.Builder attributes = Attributes.newBuilder()
                    .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, context.channel().localAddress())
                    .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, context.channel().remoteAddress())
                    .set(ClientConnection.KEY, place)
                    .set(
                            GrpcAttributes.ATTR_SECURITY_LEVEL,
                            session == null ? SecurityLevel.NONE : SecurityLevel.PRIVACY_AND_INTEGRITY);
            if (session != null) {
                attributes.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session);
            }
            grpc.connection().addListener(new UnreadRequests(grpc, context));
            grpc.connection().addListener(new CallsUnderWay(grpc.connection(), place));
            grpc.decoder().frameListener(new UnservedRequests(grpc, served));
            context.pipeline().addAfter(context.name(), null, InternalProtocolNegotiators.grpcNegotiationHandler(grpc));
            context.fireUserEventTriggered(InternalProtocolNegotiationEvent.withAttributes(
                    InternalProtocolNegotiationEvent.getDefault(), attributes.build()));
        }

        /** Makes gRPC forget the connection: no handshake timeout, and no waiting for it at the end. */
        void notGrpc() {
            grpc.notifyUnused();
        }
    }

    private record Negotiator(String schemeName, Set<String> served, Function<Handover, ChannelHandler> newcomer)
            implements InternalProtocolNegotiator.ProtocolNegotiator {

        @Override
        public AsciiString scheme() {
            return AsciiString.of(schemeName);
        }

        @Override
        public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
            return newcomer.apply(new Handover(grpc, served));
        }

        @Override
        public void close() {
            // Holds nothing
        }
    }
}
