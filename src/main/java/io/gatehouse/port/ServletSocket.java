package io.gatehouse.port;

import io.gatehouse.settings.StartRefused;
import io.gatehouse.tls.Tls;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Lets the servlet container listen on a Unix-domain socket instead of on a port. Comes before every other customizer, so that
 * they find this connector. The management port has a container of its own, which this leaves alone.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ServletSocket implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

    private static final int SELECTORS = 1;

    /** Connections are accepted by the selector's thread. */
    private static final int NO_ACCEPTORS = 0;

    private final SocketDirectory directory;
    private final PortSettings settings;
    private final ServerProperties properties;
    private final Connections connections;

    /**
     * Puts the socket in place.
     *
     * @param tls is not used here, but its files are looked at now, before anything is written to a database
     */
    ServletSocket(
            SocketDirectory directory,
            PortSettings settings,
            ServerProperties properties,
            Connections connections,
            Tls tls) {
        this.directory = directory;
        this.settings = settings;
        this.properties = properties;
        this.connections = connections;
    }

    @Override
    public void customize(JettyServletWebServerFactory factory) {
        if (Ssl.isEnabled(properties.getSsl())) {
            throw new StartRefused(
                    "server.ssl is set, but the port's TLS is Milvus' own",
                    "Set common.security.tlsMode, tls.serverPemPath and tls.serverKeyPath instead.");
        }
        factory.addServerCustomizers(this::listenOnSocket);
    }

    private void listenOnSocket(Server server) {
        Connector port = server.getConnectors()[0];
        HttpConfiguration http =
                port.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration();
        http.addCustomizer(new RelayedTls());
        http.addCustomizer(new RequestConnection(connections));
        var requests = new UnparsedRequests(http);
        var header = new ProxyConnectionFactory(requests.getProtocol());
        header.setMaxProxyHeader(ProxyHeader.LONGEST);
        var socket = new UnixDomainServerConnector(server, NO_ACCEPTORS, SELECTORS, header, requests);
        socket.setUnixDomainPath(directory.socket());
        socket.setAcceptQueueSize(settings.httpConnections());
        socket.setIdleTimeout(((AbstractConnector) port).getIdleTimeout());
        server.setConnectors(new Connector[] {socket});
    }
}
