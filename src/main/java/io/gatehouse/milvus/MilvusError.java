package io.gatehouse.milvus;

import io.gatehouse.problem.ProblemException;

/**
 * A problem in Milvus' words.
 *
 * @param code Milvus' error code ({@code pkg/util/merr/errors.go}); 65535 where Milvus has none
 * @param message Milvus' sentence
 */
public record MilvusError(int code, String message) {

    /** For whatever has no code of its own. */
    private static final int UNEXPECTED = 65535;

    private static final int SERVICE_UNAVAILABLE = 2;
    private static final int TOO_MANY_REQUESTS = 4;
    private static final int SERVICE_INTERNAL = 5;
    private static final int RATE_LIMIT = 8;
    private static final int INVALID_PARAMETER = 1100;
    private static final int NOT_AUTHENTICATED = 1400;
    private static final int PRIVILEGE_NOT_PERMITTED = 1401;
    private static final int NEEDS_AUTHENTICATION = 1800;
    private static final int INCORRECT_FORMAT = 1801;
    private static final int TIMEOUT = 10001;

    /** Translates what was refused before any operation was reached, such as a bad token. */
    public static MilvusError of(ProblemException refused) {
        return of(refused, refused.sentence());
    }

    /** Translates what was refused by an operation. */
    public static MilvusError of(ProblemException refused, MilvusOperation operation) {
        return of(refused, operation.unknownUser());
    }

    private static MilvusError of(ProblemException refused, String unknownUser) {
        String sentence = refused.sentence();
        return switch (refused.problem()) {
            case MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE ->
                new MilvusError(INCORRECT_FORMAT, "can only accept json format request, error: " + sentence);
            case INVALID_USER_NAME, INVALID_PASSWORD, INVALID_ROLE_NAME ->
                new MilvusError(INVALID_PARAMETER, sentence + ": invalid parameter" + bracketed(refused.range()));
            case UNAUTHENTICATED -> new MilvusError(NEEDS_AUTHENTICATION, "user hasn't authenticated");
            case PERMISSION_DENIED, USER_ALREADY_EXISTS, NOT_FOUND, METHOD_NOT_ALLOWED ->
                new MilvusError(UNEXPECTED, sentence);
            case OLD_PASSWORD_MISMATCH -> new MilvusError(NOT_AUTHENTICATED, sentence + ": not authenticated");
            case ROOT_PROTECTED, SELF_DROP ->
                new MilvusError(PRIVILEGE_NOT_PERMITTED, sentence + ": privilege not permitted");
            case USER_NOT_FOUND -> new MilvusError(UNEXPECTED, unknownUser);
            case ROLE_NOT_FOUND ->
                new MilvusError(
                        UNEXPECTED, "not found the role, maybe the role isn't existed or internal system error");
            case USER_LIMIT_REACHED -> new MilvusError(UNEXPECTED, "failed to check if add credential: " + sentence);
            case REQUEST_TOO_LARGE, HEADER_TOO_LARGE ->
                new MilvusError(INVALID_PARAMETER, sentence + ": invalid parameter" + bracketed(refused.range()));
            case REQUEST_TIMEOUT -> new MilvusError(TIMEOUT, sentence);
            case TOO_MANY_ATTEMPTS -> new MilvusError(RATE_LIMIT, sentence + ": rate limit exceeded");
            case OVERLOADED -> new MilvusError(TOO_MANY_REQUESTS, sentence);
            case STORAGE_UNAVAILABLE -> new MilvusError(SERVICE_UNAVAILABLE, sentence + ": service unavailable");
            case INTERNAL_ERROR -> new MilvusError(SERVICE_INTERNAL, "service internal error");
        };
    }

    private static String bracketed(String range) {
        return range.isEmpty() ? "" : "[" + range + "]";
    }
}
