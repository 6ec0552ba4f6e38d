package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeaderTextTests {

    @Test
    void decodeWhenBytesAreUtf8ThenIsRead() {
        String text = "pässwörd ключ \uD83D\uDD11";
        String asContainersSeeIt = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(HeaderText.decode(asContainersSeeIt)).isEqualTo(text);
    }

    @Test
    void decodeWhenBytesAreLatin1ThenStays() {
        assertThat(HeaderText.decode("pässwörd")).isEqualTo("pässwörd");
        assertThat(HeaderText.decode("plain")).isEqualTo("plain");
    }
}
