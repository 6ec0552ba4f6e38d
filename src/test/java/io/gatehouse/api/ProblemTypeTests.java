package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.gatehouse.api.ApiPort.Answer;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.gatehouse.user.UserService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

/** What a refusal looks like, and the page behind its type. */
class ProblemTypeTests {

    private final ProblemDocuments documents = new ProblemDocuments();
    private final ApiPort port = new ApiPort(mock(UserService.class));

    @ParameterizedTest
    @CsvSource({
        "MALFORMED_REQUEST, 400, malformed-request, Malformed request",
        "INVALID_USER_NAME, 400, invalid-user-name, Invalid user name",
        "INVALID_PASSWORD, 400, invalid-password, Invalid password",
        "INVALID_ROLE_NAME, 400, invalid-role-name, Invalid role name",
        "UNAUTHENTICATED, 401, unauthenticated, Unauthenticated",
        "PERMISSION_DENIED, 403, permission-denied, Permission denied",
        "OLD_PASSWORD_MISMATCH, 403, old-password-mismatch, Old password mismatch",
        "ROOT_PROTECTED, 403, root-protected, Root is protected",
        "SELF_DROP, 403, self-drop, Self-drop",
        "USER_NOT_FOUND, 404, user-not-found, User not found",
        "ROLE_NOT_FOUND, 404, role-not-found, Role not found",
        "NOT_FOUND, 404, not-found, Not found",
        "METHOD_NOT_ALLOWED, 405, method-not-allowed, Method not allowed",
        "NOT_ACCEPTABLE, 406, not-acceptable, Not acceptable",
        "REQUEST_TIMEOUT, 408, request-timeout, Request timeout",
        "USER_ALREADY_EXISTS, 409, user-already-exists, User already exists",
        "USER_LIMIT_REACHED, 409, user-limit-reached, User limit reached",
        "REQUEST_TOO_LARGE, 413, request-too-large, Request too large",
        "UNSUPPORTED_MEDIA_TYPE, 415, unsupported-media-type, Unsupported media type",
        "TOO_MANY_ATTEMPTS, 429, too-many-attempts, Too many attempts",
        "HEADER_TOO_LARGE, 431, header-too-large, Header too large",
        "INTERNAL_ERROR, 500, internal-error, Internal error",
        "OVERLOADED, 503, overloaded, Overloaded",
        "STORAGE_UNAVAILABLE, 503, storage-unavailable, Storage unavailable"
    })
    void refusalWhenMadeThenHasAStatusAndATypeThatNeverChange(Problem problem, int status, String type, String title) {
        var refusal = documents.refusal(
                new ProblemException(problem, "no").withRange("4 of 5"), "/api/v1/users", "0123456789abcdef");

        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.contentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(refusal.body())
                .isEqualTo(new ProblemDocument(
                        "/problems/" + type,
                        title,
                        status,
                        "no [4 of 5]",
                        "/api/v1/users",
                        "0123456789abcdef",
                        null,
                        List.of()));
    }

    @Test
    void refusalWhenTheClientHasToWaitThenSaysHowLong() {
        var refused = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "no").withRetryAfter(Duration.ofMillis(1_001));

        assertThat(documents.refusal(refused, "/", "1").body())
                .extracting(body -> ((ProblemDocument) body).retryAfterSeconds())
                .isEqualTo(2L);
    }

    @Test
    void refusalWhenFieldsBreakARuleThenNamesThem() {
        var refused = new ProblemException(Problem.INVALID_PASSWORD, "no")
                .withViolations(List.of(new Violation("password", "must not be empty")));

        assertThat(documents.refusal(refused, "/", "1").body())
                .extracting(body -> ((ProblemDocument) body).errors())
                .isEqualTo(List.of(new ProblemDocument.FieldProblem("password", "must not be empty")));
    }

    @Test
    void faceWhenAskedThenOwnsWhateverNobodyElseOwns() {
        assertThat(documents.face().written()).isEqualTo("api");
        assertThat(documents.pathPrefix()).isEqualTo("/");
    }

    @ParameterizedTest
    @EnumSource
    void pageWhenItsAddressIsThatOfATypeThenExplainsIt(Problem problem) {
        ProblemType type = ProblemType.of(problem);
        String path = "/problems/" + ProblemType.nameOf(problem);

        Answer answer = port.get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().getContentType()).startsWith("text/html");
        assertThat(answer.text())
                .contains("<h1>" + type.title() + "</h1>")
                .contains("HTTP status " + type.status() + ", type <code>" + path + "</code>")
                .contains("<p>" + type.explanation());
    }

    @ParameterizedTest
    @CsvSource({
        "invalid-user-name, A user name has the rule of names.",
        "invalid-role-name, A role name has the rule of names.",
        "invalid-password, A password has the rule of passwords.",
        "header-too-large, Together they may have at most 8192 bytes."
    })
    void pageWhenItIsAboutALimitThenSaysWhatTheSettingsSay(String name, String rule) {
        assertThat(port.get("/problems/" + name).text()).contains(" " + rule + "</p>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "USER_NOT_FOUND", "user_not_found"})
    void pageWhenThereIsNoSuchTypeThenIsNotFound(String name) {
        assertThat(port.get("/problems/" + name).status()).isEqualTo(404);
    }
}
