package io.gatehouse.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Lets Spring MVC alone answer TRACE, which no path has. With {@code spring.mvc.dispatch-trace-request} it answers first, and
 * then {@link HttpServlet} writes the request itself behind the refusal, which fails with a WARN.
 *
 * <p>A preflight is answered as any OPTIONS, because no other origin may use a face from a browser. Spring MVC would leave it to {@link
 * HttpServlet}, which names methods that no path has, TRACE among them.
 */
@Configuration(proxyBeanMethods = false)
class TraceAndOptions {

    @Bean(DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME)
    DispatcherServlet dispatcherServlet() {
        return new TruthfulServlet();
    }

    private static final class TruthfulServlet extends DispatcherServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doTrace(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            processRequest(request, response);
        }

        @Override
        protected void doOptions(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            super.doOptions(new WithoutPreflight(request), response);
        }
    }

    private static final class WithoutPreflight extends HttpServletRequestWrapper {

        WithoutPreflight(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable String getHeader(String name) {
            return name.equalsIgnoreCase(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) ? null : super.getHeader(name);
        }
    }
}
