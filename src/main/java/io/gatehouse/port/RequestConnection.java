package io.gatehouse.port;

import io.gatehouse.address.ClientConnection;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.server.Request;

/** Tells servlets over which of the port's connections a request came, as {@link ProxyHeader} says it. */
final class RequestConnection implements HttpConfiguration.Customizer {

    private final Connections connections;

    RequestConnection(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        byte[] id = request.getConnectionMetaData().getConnection().getEndPoint() instanceof ProxyEndPoint relayed
                ? relayed.getTLV(ProxyHeader.UNIQUE_ID)
                : null;
        if (id != null) {
            connections
                    .find(ByteBuffer.wrap(id).getLong())
                    .ifPresent(place -> request.setAttribute(ClientConnection.REQUEST_ATTRIBUTE, place));
        }
        return request;
    }
}
