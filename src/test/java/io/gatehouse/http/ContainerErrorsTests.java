package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

@ExtendWith(OutputCaptureExtension.class)
class ContainerErrorsTests {

    private static final String MALFORMED = "the request line or a header is malformed";
    private static final String TOO_LARGE = "the request line or the headers are too large";

    private final ContainerErrors errors = new ContainerErrors(OneFace.refusals());
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/error");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @ParameterizedTest
    @CsvSource({
        "404, NOT_FOUND, no such path",
        "413, REQUEST_TOO_LARGE, request body too large",
        "414, HEADER_TOO_LARGE, " + TOO_LARGE,
        "431, HEADER_TOO_LARGE, " + TOO_LARGE,
        "500, INTERNAL_ERROR, internal error",
        "503, INTERNAL_ERROR, internal error",
        "400, MALFORMED_REQUEST, " + MALFORMED
    })
    void dispatchedWhenTheContainerRefusesThenIsAProblemOfThePathAskedFor(int status, String problem, String text)
            throws IOException {
        request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, status);
        request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, "/path");

        errors.dispatched(request, response);

        assertThat(response.getContentAsString()).isEqualTo(OneFace.refused(problem, text, "/path"));
    }

    @Test
    void dispatchedWhenSomethingFailedThenTheLogHasTheCause(CapturedOutput log) throws IOException {
        request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, 500);
        request.setAttribute(RequestDispatcher.ERROR_EXCEPTION, new IllegalStateException("the inside"));

        errors.dispatched(request, response);

        assertThat(log.getOut()).contains("java.lang.IllegalStateException: the inside");
    }

    @Test
    void dispatchedWhenNothingIsSaidThenIsAnInternalErrorWhoseStatusTheLogHas(CapturedOutput log) throws IOException {
        errors.dispatched(request, response);

        assertThat(response.getContentAsString())
                .isEqualTo(OneFace.refused("INTERNAL_ERROR", "internal error", "/error"));
        assertThat(log.getOut()).contains("java.lang.IllegalStateException: status 500");
    }
}
