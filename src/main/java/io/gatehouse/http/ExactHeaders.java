package io.gatehouse.http;

import org.eclipse.jetty.server.HttpConfiguration;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Turns off Jetty's cache of header fields. By default each connection remembers the fields that it saw and finds them again
 * without regard to case: after {@code root:Milvus} the token {@code root:milvus} would reach us as {@code root:Milvus}.
 */
@Component
class ExactHeaders implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

    @Override
    public void customize(JettyServletWebServerFactory factory) {
        factory.addServerCustomizers(server -> {
            for (var connector : server.getConnectors()) {
                connector.getConnectionFactories().stream()
                        .filter(HttpConfiguration.ConnectionFactory.class::isInstance)
                        .map(HttpConfiguration.ConnectionFactory.class::cast)
                        .forEach(connections -> disableCache(connections.getHttpConfiguration()));
            }
        });
    }

    private static void disableCache(HttpConfiguration configuration) {
        configuration.setHeaderCacheSize(0);
        // Of the well-known fields there is another one, for all connections, which has no size
        configuration.setHeaderCacheCaseSensitive(true);
    }
}
