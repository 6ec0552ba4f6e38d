package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

class StandardBase64Fuzz {

    private static final Pattern BASE64 =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");

    /** What something can be added to so that it is base64, or is so already. */
    private static final Pattern SOUND_BEGIN =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{0,3}|[A-Za-z0-9+/]{2}==?|[A-Za-z0-9+/]{3}=)");

    private static final String FAULT = "illegal base64 data at input byte ";

    @FuzzTest
    @DictionaryEntries({"=", "==", "\\x0A", "\\x0D\\x0A", "YWJj", "+/+/", "w6k="})
    void decodeAnyBytes(byte[] bytes) {
        decodeAnyText(bytes);
        decodeWhatWasEncoded(bytes);
    }

    /** The same as Java's decoder where RFC 4648 defines it; refused, at a byte behind which nothing can mend it, elsewhere. */
    private static void decodeAnyText(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String joined = text.replaceAll("[\r\n]", "");
        boolean sound = BASE64.matcher(joined).matches();

        try {
            Optional<String> decoded = StandardBase64.decode(text);

            assertThat(sound).isTrue();
            byte[] expected = Base64.getDecoder().decode(joined);
            String asText = new String(expected, StandardCharsets.UTF_8);
            assertThat(decoded)
                    .isEqualTo(
                            Arrays.equals(asText.getBytes(StandardCharsets.UTF_8), expected)
                                    ? Optional.of(asText)
                                    : Optional.empty());
        } catch (BadEncoding refused) {
            assertThat(sound).isFalse();
            assertThat(refused.fault()).startsWith(FAULT);
            int position = Integer.parseInt(refused.fault().substring(FAULT.length()));
            byte[] input = text.getBytes(StandardCharsets.UTF_8);
            assertThat(position).isBetween(0, input.length);
            String begin = new String(input, 0, position, StandardCharsets.UTF_8).replaceAll("[\r\n]", "");
            assertThat(SOUND_BEGIN.matcher(begin).matches()).isTrue();
        }
    }

    /** Every text comes back, wherever lines are broken. */
    private static void decodeWhatWasEncoded(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        int line = bytes.length == 0 ? 4 : 4 * (1 + (bytes[0] & 0xf));

        assertThat(StandardBase64.decode(Base64.getEncoder().encodeToString(encoded)))
                .contains(text);
        assertThat(StandardBase64.decode(
                        Base64.getMimeEncoder(line, new byte[] {'\n'}).encodeToString(encoded)))
                .contains(text);
    }
}
