package io.gatehouse.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The text of a header field, whose bytes the servlet container hands on as ISO 8859-1. */
public final class HeaderText {

    private HeaderText() {}

    /** Reads the bytes as UTF-8 where they are valid UTF-8, as ISO 8859-1 otherwise. */
    public static String decode(String value) {
        // Every header of every request comes through here, and nearly all are ASCII: they need no decoder
        if (value.chars().allMatch(c -> c < 0x80)) {
            return value;
        }
        if (value.chars().anyMatch(c -> c > 0xff)) {
            return value;
        }
        return decode(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads bytes as UTF-8 where they are valid UTF-8, as ISO 8859-1 otherwise: never as both. */
    public static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
