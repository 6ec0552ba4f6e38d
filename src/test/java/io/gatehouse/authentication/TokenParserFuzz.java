package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.http.HeaderText;
import io.gatehouse.password.Password;
import io.gatehouse.testing.Http;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class TokenParserFuzz {

    /** The names of schemes are ASCII in any case (RFC 9110, 11.1). */
    private static final Pattern SCHEME = Pattern.compile("(?is)(basic|bearer) (.*)");

    private static final Pattern USER_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");

    @FuzzTest
    @DictionaryEntries({"Bearer ", "Basic ", "cm9vdDpNaWx2dXM=", "root:Milvus", "root:", ":"})
    void readAnyBytes(byte[] bytes) {
        parseAnyHeader(bytes);
        parseAnyToken(bytes);
    }

    /** Whatever the header, its token stands in it in clear or in base64. */
    private static void parseAnyHeader(byte[] value) {
        String header = HeaderText.decode(new String(value, StandardCharsets.ISO_8859_1));

        Optional<Token> parsed = TokenParser.parse(header);

        Matcher scheme = SCHEME.matcher(header);
        boolean named = scheme.matches();
        String rest = named ? scheme.group(2) : header;
        boolean inClear = rest.contains(":") && !(named && scheme.group(1).equalsIgnoreCase("basic"));
        Optional<String> token = inClear ? Optional.of(rest) : decoded(rest);
        assertThat(parsed.map(Token::claimedUser))
                .isEqualTo(token.filter(text -> text.contains(":"))
                        .map(text -> text.substring(0, text.indexOf(':')).stripLeading()));
        parsed.ifPresent(read -> assertThat(
                        ((UserPassword) read).password().isSame(Password.of(behindColon(token.orElseThrow()))))
                .isTrue());
    }

    /** A user's token is read alike in all of its forms. */
    private static void parseAnyToken(byte[] bytes) {
        String token = new String(bytes, StandardCharsets.UTF_8);
        int colon = token.indexOf(':');
        if (colon < 0 || !USER_NAME.matcher(token.substring(0, colon)).matches()) {
            return;
        }

        for (String header : List.of(
                token,
                "Bearer " + token,
                "bearer " + Http.base64(token),
                Http.base64(token),
                "BASIC " + Http.base64(token))) {
            var read = (UserPassword) TokenParser.parse(header).orElseThrow();

            assertThat(read.claimedUser()).isEqualTo(token.substring(0, colon));
            assertThat(read.password().isSame(Password.of(behindColon(token)))).isTrue();
        }
    }

    private static String behindColon(String token) {
        return token.substring(token.indexOf(':') + 1);
    }

    /** Bytes that are valid UTF-8 are those that come back from the text; others are Latin-1. */
    private static Optional<String> decoded(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        boolean utf8 = Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), bytes);
        return Optional.of(utf8 ? decoded : new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
