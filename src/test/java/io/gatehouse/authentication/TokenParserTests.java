package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Http;
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
