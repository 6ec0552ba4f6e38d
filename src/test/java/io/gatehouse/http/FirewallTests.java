package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.firewall.RequestRejectedException;

class FirewallTests {

    private final Firewall firewall = new Firewall();
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/path");

    @ParameterizedTest
    @ValueSource(strings = {"plain", "pässwörd ключ", "\uD83D\uDD11"})
    void headerWhenItsTextIsSoundThenGetsThrough(String text) {
        String asContainersSeeIt = asContainersSeeIt(text);
        request.addHeader("Authorization", asContainersSeeIt);

        assertThat(firewall.httpFirewall().getFirewalledRequest(request).getHeader("Authorization"))
                .isEqualTo(asContainersSeeIt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\u007fb", "a\u0085b", "a\u0378b"})
    void headerWhenItHasAControlOrAnUnassignedCharacterThenIsRefused(String text) {
        request.addHeader("Authorization", asContainersSeeIt(text));
        var seen = firewall.httpFirewall().getFirewalledRequest(request);

        assertThatThrownBy(() -> seen.getHeader("Authorization")).isInstanceOf(RequestRejectedException.class);
    }

    @Test
    void requestWhenItsMethodIsUnheardOfThenGetsThrough() {
        request.setMethod("BREW");

        assertThat(firewall.httpFirewall().getFirewalledRequest(request).getMethod())
                .isEqualTo("BREW");
    }

    @Test
    void requestWhenItIsRejectedThenIsRefusedLikeAnyOther() throws ServletException, IOException {
        var response = new MockHttpServletResponse();

        firewall.requestRejectedHandler(OneFace.refusals())
                .handle(request, response, new RequestRejectedException("inside"));

        assertThat(response.getContentAsString())
                .isEqualTo(OneFace.refused("MALFORMED_REQUEST", "the request line or a header is malformed", "/path"));
    }

    private static String asContainersSeeIt(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
