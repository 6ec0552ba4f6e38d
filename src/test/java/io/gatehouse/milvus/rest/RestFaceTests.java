package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.http.HttpFace;
import io.gatehouse.http.Refusal;
import io.gatehouse.milvus.RestFailure;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;

class RestFaceTests {

    private final HttpFace face = new RestFace();

    @Test
    void faceWhenAskedThenOwnsThePathsOfRestV2() {
        assertThat(face.face().written()).isEqualTo("rest-v2");
        assertThat(face.pathPrefix()).isEqualTo("/v2/vectordb/");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHENTICATED, 401, 1800, user hasn't authenticated",
        "PERMISSION_DENIED, 403, 65535, rpc error: code = PermissionDenied desc = no",
        "NOT_FOUND, 404, 65535, no",
        "METHOD_NOT_ALLOWED, 405, 65535, no",
        "REQUEST_TIMEOUT, 408, 10001, no",
        "REQUEST_TOO_LARGE, 413, 1100, no: invalid parameter",
        "TOO_MANY_ATTEMPTS, 429, 1807, 'request is rejected by limiter, error: no'",
        "HEADER_TOO_LARGE, 431, 1100, no: invalid parameter",
        "INTERNAL_ERROR, 500, 5, service internal error",
        "OVERLOADED, 503, 4, no",
        "STORAGE_UNAVAILABLE, 503, 2, no: service unavailable"
    })
    void refusalWhenHttpHasAStatusForItThenHasIt(Problem problem, int status, int code, String message) {
        assertThat(face.refusal(new ProblemException(problem, "no"), "/v2/vectordb/", "1234"))
                .isEqualTo(new Refusal(status, MediaType.APPLICATION_JSON, new RestFailure(code, message)));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "MALFORMED_REQUEST",
                "INVALID_USER_NAME",
                "INVALID_PASSWORD",
                "INVALID_ROLE_NAME",
                "OLD_PASSWORD_MISMATCH",
                "ROOT_PROTECTED",
                "SELF_DROP",
                "ROLE_NOT_FOUND",
                "NOT_ACCEPTABLE",
                "UNSUPPORTED_MEDIA_TYPE",
                "USER_ALREADY_EXISTS",
                "USER_LIMIT_REACHED"
            })
    void refusalWhenMilvusAloneHasACodeForItThenHasTheStatusOfASuccess(Problem problem) {
        assertThat(face.refusal(new ProblemException(problem, "no"), "/v2/vectordb/", "1234")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "users/update_password, failed to check if update credential: user not found",
        "users/drop, failed to check if delete credential: username is empty",
        "users/revoke_role,",
        "roles/list,",
        "elsewhere, no"
    })
    void refusalWhenAUserIsUnknownThenIsInTheWordsOfTheOperation(String path, @Nullable String message) {
        Refusal refusal =
                face.refusal(new ProblemException(Problem.USER_NOT_FOUND, "no"), "/v2/vectordb/" + path, "1234");

        assertThat(refusal)
                .isEqualTo(new Refusal(
                        200, MediaType.APPLICATION_JSON, new RestFailure(65535, message == null ? "" : message)));
    }
}
