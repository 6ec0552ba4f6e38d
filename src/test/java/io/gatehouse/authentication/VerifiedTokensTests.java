package io.gatehouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.password.Password;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerifiedTokensTests {

    private final VerifiedTokens tokens = new VerifiedTokens(new SimpleMeterRegistry());

    @Test
    void digestWhenTokensDifferThenDiffers() {
        assertThat(List.of(digest("user_1", "P@ssw0rd"), digest("user_2", "P@ssw0rd"), digest("user_1", "P@ssw0rd1")))
                .doesNotHaveDuplicates()
                .allMatch(digest -> digest.matches("[0-9a-f]{64}"))
                .noneMatch(digest -> digest.contains("user"));
    }

    @Test
    void digestWhenTheKeyIsOfAnotherProcessThenDiffers() {
        var other = new VerifiedTokens(new SimpleMeterRegistry());

        assertThat(other.digest(new Credentials("user_1", Password.of("P@ssw0rd"))))
                .isNotEqualTo(digest("user_1", "P@ssw0rd"));
    }

    @Test
    void digestWhenManyThreadsAskAtOnceThenIsOneForEachToken() {
        List<String> oneByOne = IntStream.range(0, 10_000)
                .mapToObj(n -> digest("user_" + n % 100, "P@ssw0rd"))
                .toList();

        List<String> atOnce = IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(n -> digest("user_" + n % 100, "P@ssw0rd"))
                .toList();

        assertThat(atOnce).isEqualTo(oneByOne);
        assertThat(oneByOne.stream().distinct()).hasSize(100);
    }

    private String digest(String userName, String password) {
        return tokens.digest(new Credentials(userName, Password.of(password)));
    }
}
