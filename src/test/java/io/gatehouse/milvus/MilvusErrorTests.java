package io.gatehouse.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MilvusErrorTests {

    /** Milvus' code, the deprecated one, and Milvus' sentence for a refusal that says {@code no}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MALFORMED_REQUEST|1801|1|can only accept json format request, error: no",
                "UNSUPPORTED_MEDIA_TYPE|1801|1|can only accept json format request, error: no",
                "NOT_ACCEPTABLE|1801|1|can only accept json format request, error: no",
                "INVALID_USER_NAME|1100|5|no: invalid parameter",
                "INVALID_PASSWORD|1100|5|no: invalid parameter",
                "INVALID_ROLE_NAME|1100|5|no: invalid parameter",
                "UNAUTHENTICATED|1800|1|user hasn't authenticated",
                "PERMISSION_DENIED|65535|1|no",
                "NOT_FOUND|65535|1|no",
                "METHOD_NOT_ALLOWED|65535|1|no",
                "USER_ALREADY_EXISTS|65535|1|no",
                "OLD_PASSWORD_MISMATCH|1400|1|no: not authenticated",
                "ROOT_PROTECTED|1401|1|no: privilege not permitted",
                "SELF_DROP|1401|1|no: privilege not permitted",
                "USER_NOT_FOUND|65535|1|no",
                "ROLE_NOT_FOUND|65535|1|not found the role, maybe the role isn't existed or internal system error",
                "USER_LIMIT_REACHED|65535|1|failed to check if add credential: no",
                "REQUEST_TOO_LARGE|1100|5|no: invalid parameter",
                "HEADER_TOO_LARGE|1100|5|no: invalid parameter",
                "REQUEST_TIMEOUT|10001|1|no",
                "TOO_MANY_ATTEMPTS|8|49|no: rate limit exceeded",
                "OVERLOADED|4|1|no",
                "STORAGE_UNAVAILABLE|2|1|no: service unavailable",
                "INTERNAL_ERROR|5|1|service internal error"
            })
    void ofWhenRefusedBeforeAnyOperationThenIsTheProblemInMilvusWords(
            Problem problem, int code, int legacyCode, String message) {
        assertThat(MilvusError.of(new ProblemException(problem, "no")))
                .isEqualTo(new MilvusError(code, legacyCode, message));
    }

    /** Milvus may have a code or a sentence of its own for a new problem. */
    @Test
    void ofWhenAProblemIsNewThenHasItsRowAbove() throws NoSuchMethodException {
        String[] rows = getClass()
                .getDeclaredMethod(
                        "ofWhenRefusedBeforeAnyOperationThenIsTheProblemInMilvusWords",
                        Problem.class,
                        int.class,
                        int.class,
                        String.class)
                .getAnnotation(CsvSource.class)
                .value();

        assertThat(Arrays.stream(rows).map(row -> row.substring(0, row.indexOf('|'))))
                .containsExactlyInAnyOrder(
                        Arrays.stream(Problem.values()).map(Enum::name).toArray(String[]::new));
    }

    @Test
    void ofWhenSomethingWasMeasuredThenIsInBracketsAtTheEnd() {
        var refused = new ProblemException(Problem.INVALID_PASSWORD, "no").withRange("4 out of range");

        assertThat(MilvusError.of(refused).message()).isEqualTo("no: invalid parameter[4 out of range]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE_USER|29|",
                "UPDATE_PASSWORD|30|failed to check if update credential: user not found",
                "DROP_USER|31|failed to check if delete credential: username is empty",
                "DESCRIBE_USER|39|",
                "GRANT_ROLE|37|failed to check if operate user role: not found the user, maybe the user isn't existed or"
                        + " internal system error",
                "REVOKE_ROLE|37|"
            })
    void ofWhenAnOperationRefusedForAnUnknownUserThenSaysSoAsTheOperationDoes(
            MilvusOperation operation, int legacyCode, @Nullable String message) {
        MilvusError error = MilvusError.of(new ProblemException(Problem.USER_NOT_FOUND, "no"), operation);

        assertThat(error).isEqualTo(new MilvusError(65535, legacyCode, message == null ? "" : message));
        assertThat(error.isOfLegacyKind()).isTrue();
    }

    @Test
    void isOfLegacyKindWhenOneOfTheCodesSaysMoreThenOnlyTheDeprecatedOneCounts() {
        assertThat(MilvusError.unexpected("no").isOfLegacyKind()).isFalse();
        assertThat(MilvusError.unknownDatabase("books").isOfLegacyKind()).isFalse();
        assertThat(MilvusError.of(new ProblemException(Problem.INVALID_PASSWORD, "no"), MilvusOperation.CREATE_USER)
                        .isOfLegacyKind())
                .isFalse();
    }

    @Test
    void denialWhenMadeThenNamesPrivilegeUserAndDatabase() {
        assertThat(MilvusOperation.DROP_USER.denial("user_1", "default"))
                .isEqualTo("PrivilegeDropOwnership: permission deny to user_1 in the `default` database");
        assertThat(Arrays.stream(MilvusOperation.values()).map(operation -> operation.denial("user_1", "default")))
                .allMatch(text ->
                        text.matches("Privilege[A-Z]\\w+: permission deny to user_1 in the `default` database"));
    }

    @ParameterizedTest
    @CsvSource({"books, books", "_b$1, _b$1", "'', default", "1b, default", "b-c, default", "'b`', default"})
    void shownWhenAClientNamesADatabaseThenIsThatIfItCanBeOne(String named, String shown) {
        assertThat(MilvusDatabase.shown(named)).isEqualTo(shown);
    }

    @Test
    void shownWhenTheNameIsTooLongThenIsTheOneThereIs() {
        assertThat(MilvusDatabase.shown("b".repeat(255))).hasSize(255);
        assertThat(MilvusDatabase.shown("b".repeat(256))).isEqualTo("default");
    }
}
