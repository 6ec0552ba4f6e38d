package io.gatehouse.api;

import io.gatehouse.problem.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a problem is over HTTP: its status, and what its page says.
 *
 * @param status the HTTP status
 * @param title a few words that never change
 * @param explanation when it happens and what to do, for people
 */
record ProblemType(int status, String title, String explanation) {

    static ProblemType of(Problem problem) {
        return switch (problem) {
            case MALFORMED_REQUEST ->
                new ProblemType(
                        400,
                        "Malformed request",
                        "The request is not JSON, has an unknown, missing or doubled field or query parameter, or a value of the"
                                + " wrong type or out of range. The detail names it; correct it and send the request again.");
            case INVALID_USER_NAME ->
                new ProblemType(400, "Invalid user name", "The name breaks the rule for user names.");
            case INVALID_PASSWORD ->
                new ProblemType(
                        400,
                        "Invalid password",
                        "The new password breaks the rule for passwords; the errors name its part. A password that a user has"
                                + " already is not judged.");
            case INVALID_ROLE_NAME -> new ProblemType(400, "Invalid role name", "No role can have this name.");
            case UNAUTHENTICATED ->
                new ProblemType(
                        401,
                        "Unauthenticated",
                        "The request has no token, or not a valid one. Send the header Authorization: Bearer user:password. An"
                                + " unknown user and a wrong password are answered alike.");
            case PERMISSION_DENIED ->
                new ProblemType(
                        403,
                        "Permission denied",
                        "Only root and users with the role admin may do this. Everybody may describe itself and change its"
                                + " own password.");
            case OLD_PASSWORD_MISMATCH ->
                new ProblemType(
                        403,
                        "Old password mismatch",
                        "The user's current password is missing or wrong; the detail says which. Only callers named in"
                                + " common.security.superUsers need not give it. A lost password is replaced by the operator, with"
                                + " reset-password on the server's machine, or an administrator drops the user and creates it"
                                + " again.");
            case ROOT_PROTECTED -> new ProblemType(403, "Root is protected", "Nobody can drop the user root.");
            case SELF_DROP ->
                new ProblemType(
                        403, "Self-drop", "Nobody can drop itself. Ask another administrator to drop the user.");
            case USER_NOT_FOUND ->
                new ProblemType(404, "User not found", "There is no user of this name. Names are compared exactly.");
            case ROLE_NOT_FOUND ->
                new ProblemType(
                        404, "Role not found", "There is no role of this name. The roles are admin and public.");
            case NOT_FOUND -> new ProblemType(404, "Not found", "There is nothing at this path.");
            case METHOD_NOT_ALLOWED ->
                new ProblemType(
                        405, "Method not allowed", "The path exists, but not with this method. See the header Allow.");
            case NOT_ACCEPTABLE ->
                new ProblemType(406, "Not acceptable", "Answers are JSON only. Accept application/json.");
            case REQUEST_TIMEOUT ->
                new ProblemType(
                        408, "Request timeout", "The answer was not ready in the time that the request allowed.");
            case USER_ALREADY_EXISTS ->
                new ProblemType(
                        409, "User already exists", "The name is taken. Names are compared exactly; case matters.");
            case USER_LIMIT_REACHED ->
                new ProblemType(
                        409,
                        "User limit reached",
                        "There are as many users as proxy.maxUserNum allows. Drop one first.");
            case REQUEST_TOO_LARGE ->
                new ProblemType(413, "Request too large", "A request body may have at most 64 KiB.");
            case UNSUPPORTED_MEDIA_TYPE ->
                new ProblemType(415, "Unsupported media type", "Send the body as application/json.");
            case TOO_MANY_ATTEMPTS ->
                new ProblemType(
                        429,
                        "Too many attempts",
                        "Too many logins failed from this address, of one user or of all together. The detail says of whom, and"
                                + " how many seconds to wait; so does the header Retry-After.");
            case HEADER_TOO_LARGE ->
                new ProblemType(431, "Header too large", "The request line and the headers are too large.");
            case INTERNAL_ERROR ->
                new ProblemType(
                        500,
                        "Internal error",
                        "A bug in Gatehouse. Give the operator the request id: the log has the rest under it.");
            case OVERLOADED ->
                new ProblemType(
                        503,
                        "Overloaded",
                        "Too many passwords are being checked at this moment. Nothing was changed; try again after the seconds"
                                + " that the header Retry-After says.");
            case STORAGE_UNAVAILABLE ->
                new ProblemType(
                        503,
                        "Storage unavailable",
                        "The database does not answer. A change was made as a whole or not at all: look before you repeat it, after the"
                                + " seconds that the header Retry-After says.");
        };
    }

    /** The last part of the type's address, such as {@code user-already-exists}. */
    static String nameOf(Problem problem) {
        return problem.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Problem> named(String name) {
        return Arrays.stream(Problem.values())
                .filter(problem -> nameOf(problem).equals(name))
                .findFirst();
    }
}
