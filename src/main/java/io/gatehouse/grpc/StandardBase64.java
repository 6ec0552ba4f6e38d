package io.gatehouse.grpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Base64 as Milvus reads it, which is as Go does ({@code base64.StdEncoding}): the padding is needed, line breaks are skipped, and
 * a refusal names the byte at which it came. Java's own decoder takes a text without padding, and its refusals quote the text.
 */
public final class StandardBase64 {

    private static final Pattern LINE_BREAKS = Pattern.compile("[\r\n]+");
    private static final int QUANTUM = 4;
    private static final int SOUND = -1;

    private StandardBase64() {}

    /**
     * Decodes a text.
     *
     * @return the text, which may be empty; nothing when the bytes are not UTF-8
     * @throws BadEncoding naming the first byte that is wrong, as in {@code illegal base64 data at input byte 5}
     */
    public static Optional<String> decode(String encoded) {
        byte[] input = encoded.getBytes(StandardCharsets.UTF_8);
        int fault = fault(input);
        if (fault != SOUND) {
            throw new BadEncoding("illegal base64 data at input byte " + fault);
        }
        return utf8(Base64.getDecoder().decode(LINE_BREAKS.matcher(encoded).replaceAll("")));
    }

    /** Where Go's decoder stops, counted as it counts. */
    private static int fault(byte[] input) {
        int filled = 0;
        for (int position = 0; position < input.length; position++) {
            byte b = input[position];
            if (b == '=') {
                return faultOfPadding(input, position, filled);
            }
            if (isDigit(b)) {
                filled = (filled + 1) % QUANTUM;
            } else if (!isLineBreak(b)) {
                return position;
            }
        }
        return filled == 0 ? SOUND : input.length - filled;
    }

    private static int faultOfPadding(byte[] input, int first, int filled) {
        if (filled < 2) {
            return first;
        }
        int position = afterLineBreaks(input, first + 1);
        if (filled == 2) {
            if (position == input.length) {
                return position;
            }
            if (input[position] != '=') {
                return position - 1;
            }
            position = afterLineBreaks(input, position + 1);
        }
        return position < input.length ? position : SOUND;
    }

    private static int afterLineBreaks(byte[] input, int from) {
        int position = from;
        while (position < input.length && isLineBreak(input[position])) {
            position++;
        }
        return position;
    }

    private static boolean isDigit(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '+' || b == '/';
    }

    private static boolean isLineBreak(byte b) {
        return b == '\n' || b == '\r';
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
