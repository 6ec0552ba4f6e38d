package io.gatehouse.authentication;

import io.gatehouse.http.HeaderText;
import java.util.Base64;
import java.util.Optional;

/**
 * Reads the value of an {@code Authorization} header: {@code Bearer user:password}, {@code Bearer} with the base64 of that, the
 * same two without {@code Bearer} (as Milvus' REST v2), or {@code Basic} (RFC 7617). Bytes in base64 are read as bytes in clear are:
 * {@link HeaderText}.
 *
 * <p>A user name has none of the characters {@code =+/} and base64 has no colon, so no token can be read in two ways.
 */
final class TokenParser {

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private TokenParser() {}

    /** Splits a token at its first colon; empty when it is not a token. */
    static Optional<Token> parse(String headerValue) {
        if (hasScheme(headerValue, BASIC)) {
            return decode(headerValue.substring(BASIC.length()).strip()).flatMap(TokenParser::split);
        }
        String token = hasScheme(headerValue, BEARER) ? headerValue.substring(BEARER.length()) : headerValue;
        return split(token).or(() -> decode(token.strip()).flatMap(TokenParser::split));
    }

    /** In any case, but of ASCII alone: to Java, {@code \u017f} is an s as well. */
    private static boolean hasScheme(String headerValue, String scheme) {
        return headerValue.regionMatches(true, 0, scheme, 0, scheme.length())
                && headerValue.substring(0, scheme.length()).chars().allMatch(c -> c < 0x80);
    }

    private static Optional<Token> split(String token) {
        return Token.parse(token.stripLeading());
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(HeaderText.decode(Base64.getDecoder().decode(base64)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
