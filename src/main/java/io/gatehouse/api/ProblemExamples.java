package io.gatehouse.api;

import io.gatehouse.http.BodyLimit;
import io.gatehouse.problem.Count;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.gatehouse.user.UserRules;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * What each operation answers when it refuses: an example of each problem that it names, as the operation itself would write it. A test
 * makes the operations refuse and compares.
 */
@Component
class ProblemExamples {

    private static final String REQUEST_ID = "5f0c9d3b6a1e2847";
    private static final Duration WAIT = Duration.ofSeconds(12);

    private static final String INVALID_USER_NAME = "1";
    private static final String INVALID_ROLE_NAME = "1role";
    private static final String UNKNOWN_USER = "nobody";
    private static final String UNKNOWN_ROLE = "editor";

    private final ProblemDocuments documents;
    private final ApiLimits limits;

    ProblemExamples(ProblemDocuments documents, ApiLimits limits) {
        this.documents = documents;
        this.limits = limits;
    }

    /** Gives a response an example of each of these problems, which {@link #addTo} fills in once the operation's path is known. */
    static void prepare(io.swagger.v3.oas.models.media.MediaType content, List<Problem> problems) {
        for (Problem problem : problems) {
            content.addExamples(
                    ProblemType.nameOf(problem),
                    new Example().summary(ProblemType.of(problem).title()));
        }
    }

    void addTo(OpenAPI document) {
        document.getPaths()
                .forEach((path, item) -> item.readOperations()
                        .forEach(operation -> operation
                                .getResponses()
                                .values()
                                .forEach(response -> fill(path, operation, response))));
    }

    private void fill(String path, Operation operation, ApiResponse response) {
        if (response.getContent() == null
                || !response.getContent().containsKey(MediaType.APPLICATION_PROBLEM_JSON_VALUE)) {
            return;
        }
        Objects.requireNonNull(response.getContent().get(MediaType.APPLICATION_PROBLEM_JSON_VALUE))
                .getExamples()
                .forEach((name, example) -> {
                    Problem problem = ProblemType.named(name).orElseThrow();
                    example.setValue(documents
                            .refusal(refusal(problem, operation), instance(problem, path), REQUEST_ID)
                            .body());
                });
    }

    private String instance(Problem problem, String path) {
        String userName = switch (problem) {
            case INVALID_USER_NAME -> INVALID_USER_NAME;
            case USER_NOT_FOUND -> limits.shortened(UNKNOWN_USER);
            case PERMISSION_DENIED, ROOT_PROTECTED -> UserRules.ROOT;
            default -> limits.userName();
        };
        String roleName = switch (problem) {
            case INVALID_ROLE_NAME -> INVALID_ROLE_NAME;
            case ROLE_NOT_FOUND -> limits.shortened(UNKNOWN_ROLE);
            default -> "admin";
        };
        return path.replace("{userName}", userName).replace("{roleName}", roleName);
    }

    private ProblemException refusal(Problem problem, Operation operation) {
        String operationId = operation.getOperationId();
        return switch (problem) {
            case MALFORMED_REQUEST -> malformed(operationId);
            case INVALID_USER_NAME -> limits.refusalOfName(INVALID_USER_NAME);
            case INVALID_PASSWORD ->
                limits.refusalOfShortPassword(operationId.equals("createUser") ? "password" : "newPassword");
            case INVALID_ROLE_NAME -> limits.refusalOfRole(INVALID_ROLE_NAME);
            case UNAUTHENTICATED -> new ProblemException(problem, "a valid token is needed: user:password");
            case PERMISSION_DENIED ->
                new ProblemException(
                        problem,
                        "permission denied: %s may not %s".formatted(limits.userName(), administrative(operationId)));
            case OLD_PASSWORD_MISMATCH ->
                new ProblemException(problem, "old password not correct for " + limits.userName());
            case ROOT_PROTECTED -> new ProblemException(problem, "root user cannot be deleted");
            case SELF_DROP -> new ProblemException(problem, "user cannot drop itself");
            case USER_NOT_FOUND -> new ProblemException(problem, "user not found: " + limits.shortened(UNKNOWN_USER));
            case ROLE_NOT_FOUND -> new ProblemException(problem, "role not found: " + limits.shortened(UNKNOWN_ROLE));
            case NOT_ACCEPTABLE -> new ProblemException(problem, "the answer is application/json");
            case USER_ALREADY_EXISTS -> new ProblemException(problem, "user already exists: " + limits.userName());
            case USER_LIMIT_REACHED ->
                new ProblemException(problem, "unable to add user because the number of users has reached the limit");
            case REQUEST_TOO_LARGE ->
                new ProblemException(problem, "request body too large")
                        .withRange("more than %d bytes".formatted(BodyLimit.MOST_BYTES));
            case UNSUPPORTED_MEDIA_TYPE -> new ProblemException(problem, "the body has to be application/json");
            case TOO_MANY_ATTEMPTS ->
                new ProblemException(
                                problem,
                                "too many failed logins of this user from your address, try again in "
                                        + Count.seconds(WAIT))
                        .withRetryAfter(WAIT);
            case HEADER_TOO_LARGE -> new ProblemException(problem, "the request line or the headers are too large");
            case OVERLOADED ->
                new ProblemException(problem, "too many passwords are being checked")
                        .withRetryAfter(Duration.ofSeconds(1));
            case STORAGE_UNAVAILABLE ->
                new ProblemException(problem, "the database does not answer").withRetryAfter(Duration.ofSeconds(1));
            default -> new ProblemException(problem, problem.title().toLowerCase(Locale.ROOT));
        };
    }

    private static ProblemException malformed(String operationId) {
        return switch (operationId) {
            case "createUser" -> new ProblemException(Problem.MALFORMED_REQUEST, "unknown field: pasword");
            case "changePassword" -> new ProblemException(Problem.MALFORMED_REQUEST, "unknown field: oldPasword");
            case "listUsers", "listAuditEvents" ->
                new ProblemException(Problem.MALFORMED_REQUEST, "limit out of range")
                        .withRange("0 out of range 1 <= value <= 1000")
                        .withViolations(List.of(new Violation("limit", "must be 1 to 1000")));
            default ->
                new ProblemException(Problem.MALFORMED_REQUEST, "unknown parameter: limit, this operation has none")
                        .withViolations(List.of(new Violation("limit", "this operation has none")));
        };
    }

    private static String administrative(String operationId) {
        return switch (operationId) {
            case "createUser" -> "create users";
            case "listUsers" -> "list users";
            case "describeUser" -> "describe other users";
            case "changePassword" -> "change another user's password";
            case "dropUser" -> "drop users";
            case "grantRole", "revokeRole" -> "grant and revoke roles";
            case "listRoles" -> "list roles";
            case "listAuditEvents" -> "read the audit trail";
            default -> throw new IllegalStateException("who may " + operationId + " has no example");
        };
    }
}
