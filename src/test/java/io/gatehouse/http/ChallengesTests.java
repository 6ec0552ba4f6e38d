package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengesTests {

    @ParameterizedTest
    @ValueSource(strings = {"curl/8.5.0", "python-requests/2.32.5", "Java-http-client/17.0.17", ""})
    void challengesWhenClientIsNoBrowserThenBasicStandsBesideBearer(String userAgent) {
        assertThat(Challenges.of(userAgent))
                .containsExactly("Bearer realm=\"gatehouse\"", "Basic realm=\"gatehouse\", charset=\"UTF-8\"");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
            })
    void challengesWhenClientIsOrMayBeABrowserThenBearerAlone(@Nullable String userAgent) {
        assertThat(Challenges.of(userAgent)).containsExactly("Bearer realm=\"gatehouse\"");
    }
}
