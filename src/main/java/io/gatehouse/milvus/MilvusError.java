package io.gatehouse.milvus;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.Map;

/**
 * A problem in Milvus' words.
 *
 * @param code Milvus' error code ({@code pkg/util/merr/errors.go}); 65535 where Milvus has none
 * @param legacyCode the number of the deprecated {@code ErrorCode} ({@code common.proto}) that old clients look at; only gRPC
 *     carries it
 * @param message Milvus' sentence
 */
public record MilvusError(int code, int legacyCode, String message) {

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
    private static final int COLLECTION_NOT_FOUND = 100;
    private static final int DATABASE_NOT_FOUND = 800;

    /** What Milvus says in place of our sentence, or around it. */
    private static final Map<Problem, String> OWN_WORDS = Map.of(
            Problem.ROLE_NOT_FOUND, "not found the role, maybe the role isn't existed or internal system error",
            Problem.USER_LIMIT_REACHED, "failed to check if add credential: %s");

    private static final int LEGACY_UNEXPECTED = 1;
    private static final int LEGACY_ILLEGAL_ARGUMENT = 5;
    private static final int LEGACY_RATE_LIMIT = 49;

    private MilvusError(int code, String message) {
        this(
                code,
                switch (code) {
                    case INVALID_PARAMETER -> LEGACY_ILLEGAL_ARGUMENT;
                    case RATE_LIMIT -> LEGACY_RATE_LIMIT;
                    default -> LEGACY_UNEXPECTED;
                },
                message);
    }

    /** A failure that Milvus has no code for. */
    public static MilvusError unexpected(String message) {
        return new MilvusError(UNEXPECTED, message);
    }

    /** A database other than the one that there is. */
    public static MilvusError unknownDatabase(String name) {
        return new MilvusError(DATABASE_NOT_FOUND, "database not found[database=%s]".formatted(name));
    }

    /** Any collection: there are none. */
    public static MilvusError unknownCollection(String name) {
        return new MilvusError(
                COLLECTION_NOT_FOUND,
                "collection not found[database=%s][collection=%s]".formatted(MilvusDatabase.DEFAULT, name));
    }

    /** Translates what was refused before any operation was reached, such as a bad token. */
    public static MilvusError of(ProblemException refused) {
        return of(refused, refused.sentence(), LEGACY_UNEXPECTED);
    }

    /** Translates what was refused by an operation. */
    public static MilvusError of(ProblemException refused, MilvusOperation operation) {
        return of(refused, operation.unknownUser(), operation.legacyFailure());
    }

    /** Whether only the deprecated code says what went wrong; Milvus then sends no {@code detail}. */
    public boolean isOfLegacyKind() {
        return code == UNEXPECTED && legacyCode != LEGACY_UNEXPECTED;
    }

    private static MilvusError of(ProblemException refused, String unknownUser, int legacyFailure) {
        Problem problem = refused.problem();
        String sentence = refused.sentence();
        return switch (problem.kind()) {
            case MALFORMED ->
                new MilvusError(INCORRECT_FORMAT, "can only accept json format request, error: " + sentence);
            case INVALID, TOO_LARGE ->
                new MilvusError(INVALID_PARAMETER, sentence + ": invalid parameter" + bracketed(refused.range()));
            case UNAUTHENTICATED -> new MilvusError(NEEDS_AUTHENTICATION, "user hasn't authenticated");
            case DENIED, NOT_SERVED -> new MilvusError(UNEXPECTED, sentence);
            case FORBIDDEN ->
                problem == Problem.OLD_PASSWORD_MISMATCH
                        ? new MilvusError(NOT_AUTHENTICATED, sentence + ": not authenticated")
                        : new MilvusError(PRIVILEGE_NOT_PERMITTED, sentence + ": privilege not permitted");
            case NOT_FOUND, CONFLICT ->
                new MilvusError(
                        UNEXPECTED,
                        legacyFailure,
                        problem == Problem.USER_NOT_FOUND
                                ? unknownUser
                                : OWN_WORDS.getOrDefault(problem, "%s").formatted(sentence));
            case TIMED_OUT -> new MilvusError(TIMEOUT, sentence);
            case THROTTLED -> new MilvusError(RATE_LIMIT, sentence + ": rate limit exceeded");
            case OVERLOADED -> new MilvusError(TOO_MANY_REQUESTS, sentence);
            case UNAVAILABLE -> new MilvusError(SERVICE_UNAVAILABLE, sentence + ": service unavailable");
            case INTERNAL -> new MilvusError(SERVICE_INTERNAL, "service internal error");
        };
    }

    private static String bracketed(String range) {
        return range.isEmpty() ? "" : "[" + range + "]";
    }
}
