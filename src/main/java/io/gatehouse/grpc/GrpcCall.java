package io.gatehouse.grpc;

import io.gatehouse.address.ClientConnection;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * A call whose token was good.
 *
 * @param database what the client wrote into the metadata {@code dbname}; empty when it wrote nothing
 */
public record GrpcCall(Caller caller, String database) {

    private static final Context.Key<GrpcCall> KEY = Context.key("gatehouse-call");

    private static final Context.Key<ClientConnection> CONNECTION = Context.key("gatehouse-connection");

    /** The same keys as over HTTP, and which face it is. */
    private static final String MDC_REQUEST_ID = "requestId";

    private static final String MDC_INTERFACE = "interface";

    /** The address that a call's connection comes from. */
    public static String address(ServerCall<?, ?> call) {
        return address(call.getAttributes());
    }

    /** The address that a connection with these attributes comes from. */
    public static String address(Attributes connection) {
        SocketAddress address = connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return address instanceof InetSocketAddress internet && !internet.isUnresolved()
                ? internet.getAddress().getHostAddress()
                : String.valueOf(address);
    }

    /** Whether the call that this thread answers was cancelled, or its deadline has passed. */
    public static BooleanSupplier gone() {
        Context call = Context.current();
        return call::isCancelled;
    }

    /** The call that this thread answers. */
    public static GrpcCall current() {
        return KEY.get();
    }

    /** The id under which the log has the call. */
    public String requestId() {
        return caller.client().requestId();
    }

    /** The context in which everything about this call runs. */
    Context context(Attributes connection) {
        return Context.current().withValues(KEY, this, CONNECTION, connection.get(ClientConnection.KEY));
    }

    /** What ends the connection of the call that this thread answers: gRPC's server does not let go of a reply that nobody takes. */
    public static Runnable giveUp() {
        ClientConnection connection = CONNECTION.get();
        return () -> {
            if (connection != null) {
                connection.closeNow();
            }
        };
    }

    /** Does work whose log lines name the call. */
    public static <T> T logged(Client client, Supplier<T> work) {
        MDC.put(MDC_REQUEST_ID, client.requestId());
        MDC.put(MDC_INTERFACE, client.face().written());
        try {
            return work.get();
        } finally {
            MDC.remove(MDC_REQUEST_ID);
            MDC.remove(MDC_INTERFACE);
        }
    }
}
