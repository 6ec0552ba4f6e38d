package io.gatehouse.testing;

import io.netty.buffer.Unpooled;
import io.netty.buffer.search.AbstractMultiSearchProcessorFactory;
import io.netty.buffer.search.MultiSearchProcessorFactory;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A marked password, and every form in which it could have got somewhere: as it is, as it is encoded on its way to Gatehouse and
 * in printed frames and bodies, and as a digest that anybody can compute.
 */
public final class Canary {

    /** The texts in ISO 8859-1, of which each character is a byte. */
    private final Map<String, String> forms = new LinkedHashMap<>();

    /** Finds any form in one pass: there is much to search, and nearly all of it has none. */
    private final MultiSearchProcessorFactory anyForm;

    private Canary(String... texts) {
        for (String text : texts) {
            add(text);
        }
        anyForm = AbstractMultiSearchProcessorFactory.newAhoCorasicSearchProcessorFactory(
                forms().values().toArray(byte[][]::new));
    }

    /**
     * Marks passwords.
     *
     * @param texts a part of passwords and tokens, or whole ones, whose digests are looked for as well
     */
    public static Canary of(String... texts) {
        return new Canary(texts);
    }

    /** The names of the forms that a text has somewhere. */
    public List<String> in(String text) {
        return in(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The names of the forms that bytes have somewhere. */
    public List<String> in(byte[] bytes) {
        if (Unpooled.wrappedBuffer(bytes).forEachByte(anyForm.newSearchProcessor()) < 0) {
            return List.of();
        }
        String searched = new String(bytes, StandardCharsets.ISO_8859_1);
        return forms.entrySet().stream()
                .filter(form -> searched.contains(form.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Each form by its name, as its bytes. */
    Map<String, byte[]> forms() {
        return forms.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, form -> form.getValue().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put(text, "as it is", bytes);
        put(text, "in a URL", URLEncoder.encode(text, StandardCharsets.UTF_8));
        put(text, "escaped", escaped(text));
        for (Charset charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
            put(text, charset.name(), text.getBytes(charset));
        }
        HexFormat hex = HexFormat.of();
        put(text, "hexadecimal", hex.formatHex(bytes));
        put(text, "HEXADECIMAL", hex.withUpperCase().formatHex(bytes));
        put(text, "hexadecimal with spaces", hex.withDelimiter(" ").formatHex(bytes));
        for (int before = 0; before < 3; before++) {
            String encoded = inside(Base64.getEncoder(), bytes, before);
            String name = "base64 at " + before;
            put(text, name, encoded);
            put(text, name + " for URLs", inside(Base64.getUrlEncoder(), bytes, before));
            put(text, name + ", hexadecimal", hex.formatHex(encoded.getBytes(StandardCharsets.US_ASCII)));
            for (int again = 0; again < 3; again++) {
                byte[] once = encoded.getBytes(StandardCharsets.US_ASCII);
                put(text, name + ", again at " + again, inside(Base64.getEncoder(), once, again));
            }
        }
        for (String algorithm : List.of("MD5", "SHA-1", "SHA-256", "SHA-512")) {
            byte[] digest = digest(algorithm, bytes);
            put(text, algorithm, hex.formatHex(digest));
            put(
                    text,
                    algorithm + " in base64",
                    Base64.getEncoder().withoutPadding().encodeToString(digest));
        }
    }

    private void put(String text, String form, String value) {
        put(text, form, value.getBytes(StandardCharsets.UTF_8));
    }

    private void put(String text, String form, byte[] value) {
        forms.put(text + ", " + form, new String(value, StandardCharsets.ISO_8859_1));
    }

    /** What base64 makes of bytes that so many others stand before, without the digits that depend on the neighbours. */
    private static String inside(Base64.Encoder encoder, byte[] bytes, int before) {
        byte[] shifted = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, shifted, before, bytes.length);
        String encoded = encoder.encodeToString(shifted);
        return encoded.substring(before == 0 ? 0 : before + 1, shifted.length * 8 / 6);
    }

    private static String escaped(String text) {
        return IntStream.range(0, text.length())
                .mapToObj(i -> "\\u%04x".formatted((int) text.charAt(i)))
                .collect(Collectors.joining());
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
