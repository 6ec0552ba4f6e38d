package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(TokenParser.parse(header).orElseThrow().userName()).isEqualTo(userName);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "", "Basic "})
    void parseWhenTokenIsBase64ThenIsDecoded(String scheme) {
        assertThat(TokenParser.parse(scheme + Http.base64("root:pä\uD83D\uDD11:x"))
                        .orElseThrow()
                        .userName())
                .isEqualTo("root");
    }

    /** python-requests sends {@code Basic} so. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "", "Basic "})
    void parseWhenBase64IsOfLatin1ThenIsReadAsAHeaderInClearIs(String scheme) {
        byte[] latin1 = "user_1:pässwörd".getBytes(StandardCharsets.ISO_8859_1);

        Credentials credentials = TokenParser.parse(scheme + Base64.getEncoder().encodeToString(latin1))
                .orElseThrow();

        assertThat(credentials.userName()).isEqualTo("user_1");
        assertThat(credentials.password().isSame(Password.of("pässwörd"))).isTrue();
    }

    /** These bytes are {@code Ã©} in Latin-1 as well: they are the password {@code é} and no other. */
    @Test
    void parseWhenBytesAreTextInBothEncodingsThenAreUtf8Alone() {
        Credentials credentials =
                TokenParser.parse("Basic " + Http.base64("user_1:é")).orElseThrow();

        assertThat(credentials.password().isSame(Password.of("é"))).isTrue();
        assertThat(credentials.password().isSame(Password.of("Ã©"))).isFalse();
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
    void credentialsWhenPrintedThenAreMasked(String header) {
        assertThat(TokenParser.parse(header).orElseThrow()).hasToString("Credentials[masked]");
    }
}
