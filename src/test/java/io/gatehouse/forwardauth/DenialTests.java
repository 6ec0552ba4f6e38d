package io.gatehouse.forwardauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.http.Refusal;
import io.gatehouse.milvus.RestFailure;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;

class DenialTests {

    @ParameterizedTest
    @CsvSource({
        "UNAUTHENTICATED, 401, 1800, user hasn't authenticated",
        "TOO_MANY_ATTEMPTS, 401, 1807, 'request is rejected by limiter, error: no'",
        "MALFORMED_REQUEST, 401, 1801, 'can only accept json format request, error: no'",
        "HEADER_TOO_LARGE, 401, 1100, no: invalid parameter",
        "NOT_FOUND, 404, 65535, no",
        "METHOD_NOT_ALLOWED, 405, 65535, no",
        "REQUEST_TIMEOUT, 408, 10001, no",
        "REQUEST_TOO_LARGE, 413, 1100, no: invalid parameter",
        "INTERNAL_ERROR, 500, 5, service internal error",
        "OVERLOADED, 503, 4, no",
        "STORAGE_UNAVAILABLE, 503, 2, no: service unavailable"
    })
    void denialWhenAskedWhyThenIsInWordsThatProxiesAndClientsKnow(
            Problem problem, int status, int code, String message) {
        var refused = new ProblemException(problem, "no");

        Denial denial = Denial.of(refused, null);

        assertThat(denial.status()).isEqualTo(status);
        assertThat(denial.failure()).isEqualTo(new RestFailure(code, message));
        assertThat(new ForwardAuthFace().refusal(refused, "/api/v1/verify", "1234"))
                .isEqualTo(new Refusal(status, MediaType.APPLICATION_JSON, denial.failure()));
    }

    /** A proxy that takes anything but a denial for a yes does not exist, but one that takes 2xx for a yes does. */
    @ParameterizedTest
    @EnumSource
    void denialWhateverTheProblemThenIsNoSuccess(Problem problem) {
        assertThat(Denial.of(new ProblemException(problem, "no"), null).status())
                .isBetween(400, 599);
    }

    @Test
    void denialWhenItMayBeTriedAgainThenSaysWhenBesideHowToAuthenticate() {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "no").withRetryAfter(Duration.ofSeconds(4));

        assertThat(Denial.of(throttled, "curl/8.5.0").headers())
                .isEqualTo(Map.of(
                        "Retry-After",
                        List.of("4"),
                        "WWW-Authenticate",
                        List.of("Bearer realm=\"gatehouse\"", "Basic realm=\"gatehouse\", charset=\"UTF-8\"")));
        var overloaded = new ProblemException(Problem.OVERLOADED, "no").withRetryAfter(Duration.ofSeconds(2));
        assertThat(Denial.of(overloaded, "curl/8.5.0").headers()).isEqualTo(Map.of("Retry-After", List.of("2")));
    }
}
