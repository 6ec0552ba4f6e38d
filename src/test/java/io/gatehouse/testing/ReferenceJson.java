package io.gatehouse.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** JSON as another library than Gatehouse's reads it, to compare with. */
public final class ReferenceJson {

    /** Beyond these the two libraries have limits of their own. */
    private static final int DEEPEST = 200;

    private static final int LONGEST = 20_000;

    /** A field whose name may have half a character: Jackson takes it for no JSON. */
    private static final Pattern HALF_IN_NAME =
            Pattern.compile("\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}(?:[^\"\\\\]|\\\\.)*\"\\s*:");

    /** Gson counts in a long, which is zero again after 64 zeros, and then takes the next digit for one behind a leading zero. */
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9]{60}");

    private ReferenceJson() {}

    /** The first value of a text, whatever follows it; empty when it is no JSON (RFC 8259). */
    public static Optional<JsonElement> firstValue(byte[] body) {
        try (JsonReader reader = reader(body)) {
            // To Gson nothing is null
            return reader.peek() == JsonToken.END_DOCUMENT
                    ? Optional.empty()
                    : Optional.of(JsonParser.parseReader(reader));
        } catch (JsonParseException | IOException | IllegalStateException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The one value of a text; empty when it is no JSON, or something follows. */
    public static Optional<JsonElement> onlyValue(byte[] body) {
        try (JsonReader reader = reader(body)) {
            if (reader.peek() == JsonToken.END_DOCUMENT) {
                return Optional.empty();
            }
            JsonElement value = JsonParser.parseReader(reader);
            return reader.peek() == JsonToken.END_DOCUMENT ? Optional.of(value) : Optional.empty();
        } catch (JsonParseException | IOException | IllegalStateException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The names of an object's fields, as often as each stands there. */
    public static List<String> fieldNames(byte[] object) {
        try (JsonReader reader = reader(object)) {
            List<String> names = new ArrayList<>();
            reader.beginObject();
            while (reader.hasNext()) {
                names.add(reader.nextName());
                reader.skipValue();
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether both libraries have to agree: a text in UTF-8 without a byte order mark, neither long nor deep. */
    public static boolean isComparable(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return body.length <= LONGEST
                    && !HALF_IN_NAME.matcher(text).find()
                    && !LONG_NUMBER.matcher(text).find()
                    && text.indexOf('\0') < 0
                    && text.indexOf('\ufeff') < 0
                    && text.chars().filter(c -> c == '[' || c == '{').count() <= DEEPEST;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static JsonReader reader(byte[] body) {
        var reader = new JsonReader(new StringReader(new String(body, StandardCharsets.UTF_8)));
        reader.setStrictness(Strictness.STRICT);
        return reader;
    }
}
