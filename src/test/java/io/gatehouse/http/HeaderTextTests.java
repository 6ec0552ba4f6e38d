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
        assertThat(HeaderText.decode("\u00ff")).isEqualTo("\u00ff");
        assertThat(HeaderText.decode("plain")).isEqualTo("plain");
        assertThat(HeaderText.decode("")).isEmpty();
    }

    @Test
    void decodeWhenTextIsDecodedAlreadyThenStays() {
        assertThat(HeaderText.decode("\u0100")).isEqualTo("\u0100");
        assertThat(HeaderText.decode("ключ \u00c3\u00a4")).isEqualTo("ключ \u00c3\u00a4");
    }

    @Test
    void decodeWhenGivenBytesThenReadsThemAsTheTextOfThem() {
        assertThat(HeaderText.decode(new byte[] {(byte) 0xc3, (byte) 0xa9})).isEqualTo("é");
        assertThat(HeaderText.decode(new byte[] {(byte) 0xe9})).isEqualTo("é");
    }
}
