package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.authentication.FaceChains;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiSecurityTests {

    private static final FaceChains CHAINS = new FaceChains(new ProblemDocuments(), ApiSecurity.class);

    @AfterAll
    static void close() {
        CHAINS.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/me,, 401",
        "GET, /api/v1/me, root:wrong, 401",
        "GET, /api/v1/me, root:Milvus, 418",
        "DELETE, /api/v1/users/a, root:Milvus, 418",
        "GET, /v3/api-docs,, 418",
        "HEAD, /v3/api-docs,, 418",
        "GET, /v3/api-docs.yaml,, 418",
        "GET, /swagger-ui.html,, 418",
        "GET, /swagger-ui/index.html,, 418",
        "GET, /problems/user-not-found,, 418",
        "POST, /swagger-ui.html,, 401",
        "POST, /swagger-ui.html, root:Milvus, 418"
    })
    void requestWhenItHasATokenOrReadsTheDescriptionThenGetsThrough(
            String method, String path, @Nullable String token, int status) {
        assertThat(CHAINS.send(method, path, token).getStatus()).isEqualTo(status);
    }

    @Test
    void descriptionWhenReadThenTheBrowserLoadsFromHereAndShowsItInNoFrame() {
        var response = CHAINS.send("GET", "/swagger-ui/index.html", null);

        assertThat(response.getHeader("Content-Security-Policy"))
                .startsWith("default-src 'self';")
                .endsWith("frame-ancestors 'none'");
        assertThat(response.getHeader("X-Frame-Options")).isEqualTo("DENY");
    }
}
