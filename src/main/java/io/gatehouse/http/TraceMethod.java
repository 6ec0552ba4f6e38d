package io.gatehouse.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Lets Spring MVC alone answer TRACE, which no path has. With {@code spring.mvc.dispatch-trace-request} it answers first, and
 * then {@link jakarta.servlet.http.HttpServlet} writes the request itself behind the refusal, which fails with a WARN.
 */
@Configuration(proxyBeanMethods = false)
class TraceMethod {

    @Bean(DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME)
    DispatcherServlet dispatcherServlet() {
        return new RefusingTrace();
    }

    private static final class RefusingTrace extends DispatcherServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doTrace(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            processRequest(request, response);
        }
    }
}
