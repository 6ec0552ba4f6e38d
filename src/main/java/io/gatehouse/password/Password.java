package io.gatehouse.password;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.Mac;

/**
 * A password in clear, as a caller sent it: nothing is trimmed, normalised or cut. Never printed, never serialised.
 */
public final class Password {

    private final String text;

    private Password(String text) {
        this.text = text;
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Password of(String text) {
        return new Password(text);
    }

    /** The number of characters (Unicode code points): a 4-byte character counts once. */
    public int length() {
        return text.codePointCount(0, text.length());
    }

    /** Whether both are the same characters; takes the same time whether they are or not. */
    public boolean isSame(Password other) {
        return MessageDigest.isEqual(
                text.getBytes(StandardCharsets.UTF_8), other.text.getBytes(StandardCharsets.UTF_8));
    }

    /** Feeds the password's UTF-8 bytes to a keyed digest, under which a verified token can be remembered. */
    public void digestInto(Mac mac) {
        mac.update(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether the text is valid Unicode. An unpaired surrogate, which JSON can spell, has no bytes of its own: two
     * different passwords would hash alike.
     */
    boolean isWellFormed() {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "Password[masked]";
    }
}
