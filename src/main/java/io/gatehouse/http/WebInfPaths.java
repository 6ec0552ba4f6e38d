package io.gatehouse.http;

import org.eclipse.jetty.server.handler.ContextHandler;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Leaves {@code /WEB-INF} and {@code /META-INF} to the security chains, as any other path that does not exist. Jetty answers them with 404
 * before a token is asked for. It protects the files of a web application there, and Gatehouse has none.
 */
@Component
class WebInfPaths implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

    @Override
    public void customize(JettyServletWebServerFactory factory) {
        factory.addServerCustomizers(server -> server.getDescendants(ContextHandler.class)
                .forEach(application -> application.setProtectedTargets(new String[0])));
    }
}
