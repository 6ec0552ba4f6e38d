package io.gatehouse.address;

import io.grpc.Attributes;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to the port, for whoever sees calls and not connections. The port's owner puts it into the attributes of a gRPC
 * connection and of an HTTP request; the management port has none.
 */
public interface ClientConnection {

    /** The name of the attribute of an HTTP request. */
    String REQUEST_ATTRIBUTE = ClientConnection.class.getName();

    /** The attribute of a gRPC connection. */
    Attributes.Key<ClientConnection> KEY = Attributes.Key.create(REQUEST_ATTRIBUTE);

    /** Tells the port's owner that a valid token came over the connection, whoever's it is. */
    void showedValidToken();

    /**
     * Returns whether the client may have gone: it has closed its direction of the connection, or all of it. The two look alike until
     * something is written.
     */
    boolean mayHaveGone();

    /** Ends the connection at once, whatever is under way. */
    void closeNow();

    /** Tells it of the connection of a gRPC call. */
    static void showedValidToken(Attributes ofCall) {
        tell(ofCall.get(KEY));
    }

    /** Tells it of the connection of an HTTP request. */
    static void showedValidToken(HttpServletRequest request) {
        tell(request.getAttribute(REQUEST_ATTRIBUTE));
    }

    /** Asks it, now or later, whether the client of an HTTP request may have gone. */
    static BooleanSupplier gone(HttpServletRequest request) {
        return request.getAttribute(REQUEST_ATTRIBUTE) instanceof ClientConnection connection
                ? connection::mayHaveGone
                : () -> false;
    }

    private static void tell(@Nullable Object connection) {
        if (connection instanceof ClientConnection known) {
            known.showedValidToken();
        }
    }
}
