package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.authentication.Token.UserPassword;
import io.gatehouse.password.Password;
import io.gatehouse.testing.Http;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenParserTests {

    @ParameterizedTest
    @CsvSource({
        "Bearer root:Milvus, root",
        "bearer root:Milvus, root",
        "Bearer root:a:b:c, root",
        "root:Milvus, root",
        "Bearer :Milvus, ''",
        "Bearer root:, root",
        "Bearer Bearer:x, Bearer",
        "Bearer:x, Bearer"
    })
    void parseWhenTokenHasAColonThenSplitsAtTheFirst(String header, String userName) {
        assertThat(parsed(header).claimedUser()).isEqualTo(userName);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "", "Basic "})
    void parseWhenTokenIsBase64ThenIsDecoded(String scheme) {
        assertThat(parsed(scheme + Http.base64("root:pä\uD83D\uDD11:x")).claimedUser())
                .isEqualTo("root");
    }

    /** python-requests sends {@code Basic} so. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "", "Basic "})
    void parseWhenBase64IsOfLatin1ThenIsReadAsAHeaderInClearIs(String scheme) {
        byte[] latin1 = "user_1:pässwörd".getBytes(StandardCharsets.ISO_8859_1);

        UserPassword token = parsed(scheme + Base64.getEncoder().encodeToString(latin1));

        assertThat(token.claimedUser()).isEqualTo("user_1");
        assertThat(token.password().isSame(Password.of("pässwörd"))).isTrue();
    }

    /** These bytes are {@code Ã©} in Latin-1 as well: they are the password {@code é} and no other. */
    @Test
    void parseWhenBytesAreTextInBothEncodingsThenAreUtf8Alone() {
        UserPassword token = parsed("Basic " + Http.base64("user_1:é"));

        assertThat(token.password().isSame(Password.of("é"))).isTrue();
        assertThat(token.password().isSame(Password.of("Ã©"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Bearer root",
                "Bearer cm9vdA==",
                "Basic root:Milvus",
                "Ba\u017fic cm9vdDpNaWx2dXM=",
                "Basic",
                "Bearer ////",
                "Bearer cm9v*"
            })
    void parseWhenThereIsNoTokenThenEmpty(String header) {
        assertThat(TokenParser.parse(header)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer root:Milvus"})
    void tokenWhenPrintedThenAreMasked(String header) {
        assertThat(TokenParser.parse(header).orElseThrow()).hasToString("UserPassword[masked]");
    }

    private static UserPassword parsed(String header) {
        return (UserPassword) TokenParser.parse(header).orElseThrow();
    }
}
