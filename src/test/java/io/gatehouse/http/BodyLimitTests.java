package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class BodyLimitTests {

    private static final int MOST = 65536;
    private static final Principal CALLER = () -> "user_1";

    private final BodyLimit filter = new BodyLimit(OneFace.refusals(), new BodySettings(Duration.ofSeconds(5)));
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final MockFilterChain chain = new MockFilterChain();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MOST})
    void filterWhenBodyIsWithinTheLimitThenIsThereForWhoComesNext(int size) throws ServletException, IOException {
        byte[] body = "x".repeat(size).getBytes(StandardCharsets.UTF_8);
        AtomicReference<byte[]> read = new AtomicReference<>();

        filter.doFilter(
                request(body, size),
                response,
                (inner, answer) -> read.set(inner.getInputStream().readAllBytes()));

        assertThat(read.get()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MOST, MOST + 1})
    void filterWhenNobodyIsTheCallerThenTheBodyIsNotRead(int size) throws ServletException, IOException {
        MockHttpServletRequest request = request(new byte[size], size);
        request.setUserPrincipal(null);

        filter.doFilter(request, response, chain);

        ServletInputStream stream = Objects.requireNonNull(chain.getRequest()).getInputStream();
        assertThat(stream.readAllBytes()).isEmpty();
        assertThat(response.getHeader("Connection")).isNull();
    }

    @Test
    void filterWhenNobodyIsTheCallerAndABodyIsStillToComeThenTheConnectionEnds() throws ServletException, IOException {
        MockHttpServletRequest request = request(new byte[1], 2);
        request.setUserPrincipal(null);

        filter.doFilter(request, response, chain);

        ServletInputStream stream = Objects.requireNonNull(chain.getRequest()).getInputStream();
        assertThat(stream.readAllBytes()).isEmpty();
        assertThat(response.getHeader("Connection")).isEqualTo("close");
    }

    @Test
    void filterWhenALargerBodyIsAnnouncedThenIsRefusedUnread() throws ServletException, IOException {
        var request = new MockHttpServletRequest("POST", "/path") {

            @Override
            public long getContentLengthLong() {
                return MOST + 1;
            }
        };
        request.setUserPrincipal(CALLER);

        filter.doFilter(request, response, chain);

        assertRefused();
    }

    @Test
    void streamWhenReadByteByByteThenKnowsWhatIsLeft() throws ServletException, IOException {
        filter.doFilter(request(new byte[] {7, 8}, 2), response, chain);

        ServletInputStream stream = Objects.requireNonNull(chain.getRequest()).getInputStream();
        assertThat(stream.isReady()).isTrue();
        assertThat(stream.available()).isEqualTo(2);
        assertThat(stream.read()).isEqualTo(7);
        assertThat(stream.isFinished()).isFalse();
        assertThat(stream.read()).isEqualTo(8);
        assertThat(stream.isFinished()).isTrue();
        assertThat(stream.read()).isEqualTo(-1);
        assertThatThrownBy(() -> stream.setReadListener(null)).isInstanceOf(UnsupportedOperationException.class);
    }

    private void assertRefused() throws IOException {
        assertThat(response.getContentAsString())
                .isEqualTo(OneFace.refused(
                        "REQUEST_TOO_LARGE", "request body too large [more than 65536 bytes]", "/path"));
        assertThat(chain.getRequest()).isNull();
    }

    private static MockHttpServletRequest request(byte[] body, long announced) {
        var request = new MockHttpServletRequest("POST", "/path") {

            @Override
            public long getContentLengthLong() {
                return announced;
            }
        };
        request.setContent(body);
        request.setUserPrincipal(CALLER);
        return request;
    }
}
