package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletConfig;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

class TraceAndOptionsTests {

    private final DispatcherServlet servlet = new TraceAndOptions().dispatcherServlet();
    private final AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @RestController
    static class Path {

        @GetMapping("/path")
        String get() {
            return "got";
        }
    }

    @BeforeEach
    void start() throws ServletException {
        var config = new MockServletConfig(new MockServletContext());
        context.register(Path.class);
        context.setServletConfig(config);
        servlet.setApplicationContext(context);
        servlet.init(config);
    }

    @AfterEach
    void stop() {
        servlet.destroy();
        context.close();
    }

    @Test
    void traceWhenThePathExistsThenIsLeftToSpring() throws ServletException, IOException {
        servlet.service(request("TRACE"), response);

        assertThat(response.getStatus()).isEqualTo(405);
        assertThat(response.getHeader("Allow")).isEqualTo("GET");
        assertThat(response.getContentAsString()).isEmpty();
    }

    @Test
    void optionsWhenThePathExistsThenIsLeftToSpring() throws ServletException, IOException {
        servlet.service(request("OPTIONS"), response);

        assertThat(response.getHeader("Allow")).isEqualTo("GET,HEAD,OPTIONS");
    }

    @Test
    void optionsWhenAskedByAPreflightThenIsTheSame() throws ServletException, IOException {
        MockHttpServletRequest preflight = request("OPTIONS");
        preflight.addHeader("Origin", "http://example.com");
        preflight.addHeader("Access-Control-Request-Method", "DELETE");

        servlet.service(preflight, response);

        assertThat(response.getHeader("Allow")).isEqualTo("GET,HEAD,OPTIONS");
    }

    private static MockHttpServletRequest request(String method) {
        return new MockHttpServletRequest(method, "/path");
    }
}
