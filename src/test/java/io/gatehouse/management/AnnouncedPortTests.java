package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;

@ExtendWith(OutputCaptureExtension.class)
class AnnouncedPortTests {

    @Test
    void openedWhenItIsTheManagementPortThenSaysWhereItIs(CapturedOutput output) {
        open("management", 9091);

        assertThat(output).contains("health and metrics are on port 9091");
    }

    @Test
    void openedWhenItIsThePortOfTheFacesThenSaysNothing(CapturedOutput output) {
        open("", 19530);

        assertThat(output).doesNotContain("19530");
    }

    private static void open(String namespace, int port) {
        var server = mock(WebServer.class);
        when(server.getPort()).thenReturn(port);
        try (var context = new AnnotationConfigServletWebServerApplicationContext()) {
            context.setServerNamespace(namespace);

            new AnnouncedPort().opened(new ServletWebServerInitializedEvent(server, context));
        }
    }
}
