package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.authentication.FaceChains;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestSecurityTests {

    private static final FaceChains CHAINS = new FaceChains(new RestFace(), RestSecurity.class);

    @AfterAll
    static void close() {
        CHAINS.close();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, users/list,, 401",
        "POST, users/list, root:wrong, 401",
        "POST, users/list, root:Milvus, 418",
        "GET, nothing,, 401",
        "OPTIONS, users/list,, 418"
    })
    void requestWhenItHasATokenOrAsksForTheOptionsThenGetsThrough(
            String method, String path, @Nullable String token, int status) {
        assertThat(CHAINS.send(method, "/v2/vectordb/" + path, token).getStatus())
                .isEqualTo(status);
    }
}
