package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RequestIdTests {

    private final RequestId filter = new RequestId();
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/path");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void filterWhenARequestComesThenHasOneIdForTheAnswerTheRequestAndTheLog() throws ServletException, IOException {
        request.addHeader("X-Request-Id", "chosen-by-the-client");
        List<String> seen = new ArrayList<>();

        filter.doFilter(request, response, (inner, answer) -> {
            seen.add(RequestId.of(inner));
            seen.add(MDC.get("requestId"));
        });

        String id = response.getHeader("X-Request-Id");
        assertThat(id).matches("[0-9a-f]{16}");
        assertThat(seen).containsExactly(id, id);
        assertThat(MDC.get("requestId")).isNull();
    }

    @Test
    void filterWhenTheRequestFailsThenTheIdLeavesTheThread() {
        assertThatThrownBy(() -> filter.doFilter(request, response, (inner, answer) -> {
                    throw new ServletException("failed");
                }))
                .hasMessage("failed");

        assertThat(MDC.get("requestId")).isNull();
    }

    @Test
    void ofWhenTheRequestHasNoneThenIsANewOne() {
        String first = RequestId.of(request);
        String second = RequestId.of(request);

        assertThat(first).matches("[0-9a-f]{16}").isNotEqualTo(second);
    }
}
