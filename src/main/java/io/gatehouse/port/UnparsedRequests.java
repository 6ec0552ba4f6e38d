package io.gatehouse.port;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/**
 * Lets the answer to a request that could not be parsed go out before anything more is read. Another thread writes it, and when the
 * request came together with a {@link ProxyHeader}, as the first of each connection does, Jetty 12.1.14 already waits for more: what
 * comes then, the request's body or its end, lets it end the connection, at times without the answer.
 */
final class UnparsedRequests extends HttpConnectionFactory {

    UnparsedRequests(HttpConfiguration configuration) {
        super(configuration);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        var connection = new AnsweringConnection(getHttpConfiguration(), connector, endPoint);
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, endPoint);
    }

    private static final class AnsweringConnection extends HttpConnection {

        AnsweringConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
            super(configuration, connector, endPoint);
        }

        /** Who has written the answer asks again, and then there is no request any more. */
        @Override
        public void fillInterested(Callback callback) {
            if (getParser().isClose() && getHttpChannel().getRequest() != null) {
                return;
            }
            super.fillInterested(callback);
        }
    }
}
